/**
 * COPY ... TO STDOUT as pg itself reads it off the connection. pg-copy-streams takes the socket's listener away for that, after
 * which Deno's socket says nothing more.
 */
import { Readable } from "node:stream";
import type pg from "pg";

interface Source {
  pause(): void;
  resume(): void;
}

/** rows come one by one; they are passed on in pieces of about this many bytes */
const PIECE = 64 * 1024;

/** To be given to `query`: what the database sends, no faster than it is read. */
export function copyOf(statementSql: () => string): Readable & pg.Submittable {
  let socket: Source | undefined;
  let rows: Buffer[] = [];
  let length = 0;
  const stream = new Readable({ highWaterMark: 4 * PIECE, read: () => socket?.resume() });

  function flush(): void {
    if (length === 0) return;
    const piece = Buffer.concat(rows, length);
    [rows, length] = [[], 0];
    if (!stream.push(piece)) socket?.pause();
  }

  return Object.assign(stream, {
    submit(connection: pg.Connection) {
      socket = (connection as pg.Connection & { stream: Source }).stream;
      connection.query(statementSql());
    },
    handleCopyData({ chunk }: { chunk: Buffer }) {
      // the reader uses its memory again
      rows.push(Buffer.from(chunk));
      length += chunk.length;
      if (length >= PIECE) flush();
    },
    handleCommandComplete: flush,
    handleReadyForQuery: () => void stream.push(null),
    handleError(error: Error) {
      stream.destroy(error);
    },
  });
}
