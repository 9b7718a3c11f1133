/** Bytes as they are on the wire, for what no HTTP client would send. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Sends the lines and reads until the server closes; an empty answer is a closed connection. */
export async function raw(
  url: string,
  text: string | Buffer,
  from?: string,
): Promise<{ status: number; head: string; body: string }> {
  const socket = open(url, from);
  const read = answerOf(socket);
  socket.write(text);
  const answer = await read;
  const [head = "", ...rest] = answer.split("\r\n\r\n");
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body: rest.join("\r\n\r\n") };
}

/** `from`: another address of this machine, as of another one. */
export function open(url: string, from?: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, ...(from === undefined ? {} : { localAddress: from }) });
  socket.on("error", () => {});
  return socket;
}

/** Everything until the other side closes. */
export async function answerOf(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(socket, "close");
  return Buffer.concat(chunks).toString("latin1");
}
