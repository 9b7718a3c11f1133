import assert from "node:assert/strict";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "mocha";
import { startEmbedded } from "../../kernel/db/embedded/index.ts";
import { runPostmaster } from "../../kernel/db/embedded/postmaster.ts";
import { endPostmaster } from "../../kernel/db/embedded/shutdown.ts";
import { freePort } from "../harness/free-port.ts";
import { memoryLog } from "../harness/log.ts";
import { askAsGiven, endNow, groundOf, postmasterOf, shopPc } from "./shop-pc.ts";

const sockets = async (folder: string) =>
  (await readdir(folder)).filter((name) => name.startsWith(".s.PGSQL.")).toSorted();
const WAY = "select inet_server_addr() is null as socket";

describe("the way from the app to its own database", () => {
  const pc = shopPc();
  const { log } = memoryLog();

  it("is a Unix socket in the cluster's folder; what a power cut left of the last one is cleared away", async () => {
    const dataDir = await pc.shop();
    const app = pc.app(dataDir);
    const first = await app.up;
    assert.deepEqual(await askAsGiven(first, WAY), [{ socket: true }]);
    app.kill("SIGKILL");
    await app.ended;
    await endNow((await postmasterOf(first.dataFolder)) ?? assert.fail("no server"), "SIGKILL");
    const again = pc.keep(await startEmbedded({ dataDir, log }));
    assert.notEqual(again.port, first.port);
    assert.deepEqual(await sockets(again.dataFolder), [`.s.PGSQL.${again.port}`, `.s.PGSQL.${again.port}.lock`]);
    assert.deepEqual(await askAsGiven(again, WAY), [{ socket: true }]);
  });

  it("is TCP where the folder's name is too long for a socket", async () => {
    const dataDir = join(await pc.folder(), "d".repeat(120));
    const server = pc.keep(await startEmbedded({ dataDir, log }));
    assert.deepEqual(await askAsGiven(server, WAY), [{ socket: false }]);
    assert.deepEqual(await sockets(server.dataFolder), []);
  });

  it("is TCP when a server that was taken over has lost its socket", async () => {
    const dataDir = await pc.shop();
    const app = pc.app(dataDir);
    const first = await app.up;
    app.kill("SIGKILL");
    await app.ended;
    await rm(join(first.dataFolder, `.s.PGSQL.${first.port}`));
    const again = pc.keep(await startEmbedded({ dataDir, log }));
    assert.equal(again.adopted, true);
    assert.deepEqual(await askAsGiven(again, WAY), [{ socket: false }]);
  });

  it("is TCP where the server cannot make a socket", async () => {
    const dataDir = await pc.shop();
    const { dataFolder: folder, stop } = await startEmbedded({ dataDir, log });
    await stop();
    const ports = [await freePort(), await freePort()];
    await mkdir(join(folder, `.s.PGSQL.${ports[0]}`));
    const ground = await groundOf(folder, dataDir, log);
    const server = await runPostmaster(ground, async () => ports.shift() ?? assert.fail("a third port"));
    assert.equal(server.address.socket, undefined);
    await server.client.end();
    await endPostmaster(server.pid, ground);
  });
});
