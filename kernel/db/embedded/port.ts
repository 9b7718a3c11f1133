/** A TCP port of this machine. */
import { once } from "node:events";
import { createServer } from "node:net";
import { BootError } from "../../errors.ts";

/** A port of 127.0.0.1 that was free a moment ago; another program may still be quicker. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new BootError("no port of 127.0.0.1 is free");
  return address.port;
}
