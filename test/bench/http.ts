/** A bare HTTP client with kept connections, so that what is measured is the server. */
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

export interface Reply {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: Buffer;
}

export function createClient(url: string, headers: Record<string, string>) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const send = (method: string, path: string, body?: string, extra: Record<string, string> = {}): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
      const call = request(url + path, { method, agent, headers: { ...headers, ...extra, ...length } }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
        );
      });
      call.on("error", reject);
      call.end(body);
    });
  return { send, close: () => agent.destroy() };
}

/** The peer: node:http that answers a constant, or what `answerTo` says of the path. */
export async function bareServer(
  answerTo?: (path: string) => Promise<string>,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((asked, answer) => {
    if (answerTo === undefined) answer.end("ok");
    else
      answerTo(asked.url ?? "").then(
        (text) => answer.end(text),
        () => answer.writeHead(500).end(),
      );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
