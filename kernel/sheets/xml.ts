/** XML of a part, told tag by tag in constant memory. No document type, and so no entity of its own, is let in. */
import type { Readable } from "node:stream";
import { SaxesParser } from "saxes";
import { SheetFault } from "./fault.ts";

export interface Listener {
  /** names without their prefix; some programs write one */
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Yields after each piece, so that what the listener gathered can go on. Throws SheetFault. */
export async function* readXml(stream: Readable, listener: Listener): AsyncGenerator<void> {
  const parser = new SaxesParser();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  parser.on("doctype", () => {
    throw new SheetFault("broken");
  });
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => listener.open?.(bare(name), attributes));
  parser.on("text", (text) => listener.text?.(text));
  parser.on("cdata", (text) => listener.text?.(text));
  parser.on("closetag", ({ name }) => listener.close?.(bare(name)));
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      parser.write(decoder.decode(piece, { stream: true }));
      yield;
    }
    parser.write(decoder.decode()).close();
    yield;
  } catch (error) {
    if (error instanceof SheetFault) throw error;
    // the stream of a part that is longer than its directory says ends with this
    const more = /too many bytes/.test((error as Error).message);
    throw new SheetFault(more ? "too_large" : "broken", { cause: error });
  } finally {
    stream.destroy();
  }
}

export async function readAll(stream: Readable, listener: Listener): Promise<void> {
  for await (const _ of readXml(stream, listener));
}

function bare(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
