/** Encryption by age: what leaves the machine says nothing to who has no key. Streams, in constant memory. */
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { BootError } from "../../../kernel/errors.ts";

type Bytes = AsyncIterable<Uint8Array>;

/** large, and not needed at the start */
const age = () => import("age-encryption");

/** A new secret key. */
export async function makeKey(): Promise<string> {
  return (await age()).generateX25519Identity();
}

/** The public key of a secret one. */
export async function recipientOf(key: string): Promise<string> {
  return (await age()).identityToRecipient(key);
}

export async function* sealed(source: Bytes, key: string): Bytes {
  const encrypter = new (await age()).Encrypter();
  encrypter.addRecipient(await recipientOf(key));
  yield* fromWeb(await encrypter.encrypt(toWeb(source)));
}

/** @throws BootError when the key is another's */
export async function* unsealed(source: Bytes, key: string): Bytes {
  const decrypter = new (await age()).Decrypter();
  decrypter.addIdentity(key);
  let clear: globalThis.ReadableStream<Uint8Array>;
  try {
    clear = await decrypter.decrypt(toWeb(source));
  } catch (cause) {
    if (!/no identity matched/i.test(String(cause))) throw cause;
    throw new BootError("the backup is encrypted for another key", {
      cure: "set BACKUP_KEY to the key that it was made with",
      cause,
    });
  }
  yield* fromWeb(clear);
}

function toWeb(source: Bytes): globalThis.ReadableStream<Uint8Array> {
  return Readable.toWeb(Readable.from(source)) as globalThis.ReadableStream<Uint8Array>;
}

function fromWeb(stream: globalThis.ReadableStream<Uint8Array>): Readable {
  return Readable.fromWeb(stream as ReadableStream<Uint8Array>);
}
