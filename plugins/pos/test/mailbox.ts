/** A mail server for tests: what it was sent, and what it answers instead when it is told to. */
import { SMTPServer } from "smtp-server";

export interface Mail {
  to: string;
  /** as it came */
  raw: string;
  /** without soft line breaks, as a person reads it */
  text: string;
}

export interface Mailbox {
  /** for SMTP_URL */
  readonly url: string;
  readonly mails: Mail[];
  /** the code by which it refuses every recipient; undefined: it takes all */
  answer: number | undefined;
  close(): Promise<void>;
}

export async function openMailbox(): Promise<Mailbox> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onRcptTo: (_address, _session, done) =>
      done(mailbox.answer === undefined ? null : Object.assign(new Error("not now"), { responseCode: mailbox.answer })),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const raw = Buffer.concat(chunks).toString("latin1");
        mails.push({ to: session.envelope.rcptTo[0]?.address ?? "", raw, text: readable(raw) });
        done();
      });
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const mailbox: Mailbox = {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    answer: undefined,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
  return mailbox;
}

function readable(raw: string): string {
  const bytes = raw
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
