import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import process from "node:process";
import { describe, it } from "mocha";
import { startEmbedded } from "../../kernel/db/embedded/index.ts";
import { freePort } from "../../kernel/db/embedded/port.ts";
import { runPostmaster } from "../../kernel/db/embedded/postmaster.ts";
import { endPostmaster } from "../../kernel/db/embedded/shutdown.ts";
import { memoryLog } from "../harness/log.ts";
import { groundOf, shopPc } from "./shop-pc.ts";

describe("the server process", () => {
  const pc = shopPc();

  it("takes another port when a program was quicker", async () => {
    const dataDir = await pc.shop();
    const { log } = memoryLog();
    const server = await startEmbedded({ dataDir, log });
    await server.stop();

    const quicker = createServer();
    quicker.listen(0, "127.0.0.1");
    await once(quicker, "listening");
    const taken = (quicker.address() as { port: number }).port;
    const ports = [taken, await freePort()];
    const folder = server.dataFolder;
    const ground = await groundOf(folder, dataDir, log);
    const postmaster = await runPostmaster(ground, async () => ports.shift() ?? assert.fail("a third port"));
    assert.notEqual(postmaster.address.port, taken);
    assert.deepEqual(ports, []);
    await postmaster.client.end();
    await endPostmaster(postmaster.pid, ground);
    quicker.close();
  });

  it("that does not stop when asked is ended the hard way", async () => {
    const script = `
      process.on("SIGINT", () => {});
      process.on("SIGQUIT", () => process.exit(3));
      setInterval(() => {}, 1000);
      console.log("up");`;
    const stubborn = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    const exit = once(stubborn, "exit");
    await once(stubborn.stdout, "data");
    const { log, lines } = memoryLog();
    await endPostmaster(stubborn.pid ?? 0, { binaries: { pgCtl: "" }, log }, 300);
    assert.deepEqual(await exit, [3, null]);
    assert.deepEqual(
      lines.map(({ level }) => level),
      [40],
    );
  });
});
