/**
 * Three hundred sales of eight tills while something is killed or cut again and again: what was answered is there, nothing
 * is there twice, no number is missing, the shelf is the sum of its ledger, the drawer the sum of its sales.
 */
import assert from "node:assert/strict";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import knex, { type Knex } from "knex";
import { afterEach, describe, it } from "mocha";
import { type EmbeddedServer, startEmbedded } from "../../kernel/db/embedded/index.ts";
import { isAlive } from "../../kernel/db/embedded/process.ts";
import { assertBooks } from "../../plugins/pos/test/till.ts";
import { endNow, postmasterOf } from "../embedded/shop-pc.ts";
import { createApiClient } from "../harness/api-client.ts";
import { byTcp } from "../harness/by-tcp.ts";
import { memoryLog } from "../harness/log.ts";
import { until } from "../harness/until.ts";
import { startApp } from "./app.ts";
import { openForBusiness, type Rung, ringAll, seeded, wantedSales } from "./clients.ts";
import { cuttingProxy } from "./proxy.ts";

const SALES = 300;
const CLIENTS = 8;
const KILLS = 8;

describe("three hundred sales in a bad hour", function () {
  this.timeout(240_000);
  const undo: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    const faults: unknown[] = [];
    for (const step of undo.splice(0).reverse()) await step().catch((fault: unknown) => faults.push(fault));
    if (faults.length > 0) throw new AggregateError(faults, "not everything could be stopped");
  });

  const dataFolder = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), "pos-odata-crash-"));
    // the database may run as another user, who must get in
    await chmod(folder, 0o711);
    undo.push(() => rm(folder, { recursive: true, force: true }));
    return folder;
  };

  /** The server of that folder, run by this process; `stop` works also after it was killed. */
  const database = async (dataDir: string): Promise<EmbeddedServer> => startEmbedded({ dataDir, log: memoryLog().log });

  const seed = Number(process.env["CRASH_SEED"] ?? Date.now() % 1_000_000);
  const random = seeded(seed);
  const told = `CRASH_SEED=${seed}`;

  /** The counts of answered sales after which the axe falls, each other by chance. */
  const moments = (): Set<number> => {
    const chosen = new Set<number>();
    while (chosen.size < KILLS) chosen.add(5 + Math.floor(random() * (SALES - 20)));
    return chosen;
  };

  it("the app is killed: nothing is lost, nothing is twice, no number is missing", async () => {
    const dataDir = await dataFolder();
    const app = await startApp({ DATA_DIR: dataDir });
    undo.push(() => app.stop());
    const { token, goods } = await openForBusiness(app.url, 12);
    const sales = wantedSales(SALES, goods, random);
    const axe = moments();
    let killed = Promise.resolve();
    const rung = await ringAll({
      url: app.url,
      token,
      sales,
      clients: CLIENTS,
      ready: async () => {
        await killed;
        await app.ready();
      },
      answered: (count) => {
        if (axe.delete(count)) killed = killed.then(() => app.killAndRestart());
      },
    });
    await killed;
    assert.equal(axe.size, 0, told);
    await assertReplays(app.url, token, sales, rung);
    await app.stop();
    const server = await database(dataDir);
    undo.push(() => server.stop());
    await assertNothingLost(server.connectionString, rung, goods);
    assert.ok(
      rung.some(({ sent }) => sent > 1),
      `${told}: no sale was cut off, so nothing was tried`,
    );
  });

  it("the database is killed: the app comes back by itself, and the books are whole", async () => {
    const dataDir = await dataFolder();
    let server = await database(dataDir);
    undo.push(() => server.stop());
    const way = await cuttingProxy(server.port);
    undo.push(() => way.close());
    const address = byTcp(server.connectionString, way.port);
    const app = await startApp({ DATA_DIR: await dataFolder(), DATABASE_URL: address.href });
    undo.push(() => app.stop());
    const { token, goods } = await openForBusiness(app.url, 12);
    const sales = wantedSales(SALES, goods, random);
    const axe = moments();
    let killed = Promise.resolve();
    const stranger = createApiClient(() => app.url);
    const killDatabase = async () => {
      const postmaster = await postmasterOf(server.dataFolder);
      assert.ok(postmaster !== null, told);
      await endNow(postmaster, "SIGKILL");
      await server.stop();
      server = await database(dataDir);
      way.target(server.port);
    };
    const rung = await ringAll({
      url: app.url,
      token,
      sales,
      clients: CLIENTS,
      ready: async () => {
        await killed;
        await until(async () => (await stranger.get("/health/ready").catch(() => ({ status: 0 }))).status === 200);
      },
      answered: (count) => {
        if (axe.delete(count)) killed = killed.then(killDatabase);
      },
    });
    await killed;
    assert.equal(axe.size, 0, told);
    await assertReplays(app.url, token, sales, rung);
    await app.stop();
    await assertNothingLost(server.connectionString, rung, goods);
    assert.ok(
      rung.some(({ sent }) => sent > 1),
      `${told}: no sale was cut off, so nothing was tried`,
    );
    const postmaster = await postmasterOf(server.dataFolder);
    assert.ok(postmaster !== null && isAlive(postmaster));
  });

  it("the network is cut between the post and its answer: the second try gets the sale of the first", async () => {
    const dataDir = await dataFolder();
    const app = await startApp({ DATA_DIR: dataDir });
    undo.push(() => app.stop());
    const way = await cuttingProxy(Number(new URL(app.url).port));
    undo.push(() => way.close());
    const { token, goods } = await openForBusiness(app.url, 12);
    const sales = wantedSales(SALES, goods, random);
    let cuts = 0;
    way.cutWhen(() => {
      const cut = random() < 0.3;
      if (cut) cuts++;
      return cut;
    });
    const rung = await ringAll({
      url: `http://127.0.0.1:${way.port}`,
      token,
      sales,
      clients: CLIENTS,
      ready: async () => {},
    });
    assert.ok(cuts > SALES / 10, told);
    assert.equal(
      rung.reduce((sum, { sent }) => sum + sent - 1, 0),
      cuts,
      "every cut was noticed by its till",
    );
    // the answer was cut after the commit: what is asked again is a replay
    assert.ok(rung.filter(({ sent, status }) => sent > 1 && status === 200).length > 0, told);
    await assertReplays(app.url, token, sales, rung);
    await app.stop();
    const server = await database(dataDir);
    undo.push(() => server.stop());
    await assertNothingLost(server.connectionString, rung, goods);
  });

  /** The same key asked once more answers the same sale, and rings none. */
  async function assertReplays(
    url: string,
    token: string,
    sales: ReturnType<typeof wantedSales>,
    rung: readonly Rung[],
  ): Promise<void> {
    const first = new Map(rung.filter(({ id }) => id !== undefined).map((one) => [one.key, one]));
    const again = await ringAll({
      url,
      token,
      sales: sales.filter(({ key }) => first.has(key)),
      clients: CLIENTS,
      ready: async () => {},
    });
    for (const { key, status, id, number } of again)
      assert.deepEqual([status, id, number], [200, first.get(key)?.id, first.get(key)?.number], told);
  }

  async function assertNothingLost(url: string, rung: readonly Rung[], goods: readonly number[]): Promise<void> {
    const db: Knex = knex({ client: "pg", connection: url, pool: { min: 0, max: 2 } });
    try {
      assert.equal(rung.length, SALES, told);
      for (const { status } of rung) assert.ok([200, 201, 409].includes(status), `${told}: answered ${status}`);
      const answered = rung.flatMap(({ id, number }) => (id === undefined ? [] : [{ id, number }]));
      const { rows: kept } = await db.raw("SELECT id::int, number FROM sales ORDER BY id");
      assert.deepEqual(
        answered.sort((a, b) => a.id - b.id),
        kept.map(({ id, number }: { id: number; number: string }) => ({ id, number })),
        `${told}: what was answered is not what is kept`,
      );
      assert.ok(kept.length < SALES && kept.length > SALES / 2, `${told}: some are refused, most are rung`);
      await assertBooks({ db });
      const { rows: shelf } = await db.raw(
        `SELECT p.id::int, (SELECT sum(quantity_milli) FROM sale_items WHERE product_id = p.id)::int AS sold,
           i.on_hand_milli::int AS left
         FROM products p JOIN inventory i ON i.product_id = p.id ORDER BY p.id`,
      );
      for (const { id, sold, left } of shelf as { id: number; sold: number | null; left: number }[])
        assert.equal((sold ?? 0) + left, (id === goods.at(-1) ? 20 : 100_000) * 1000, `${told}: product ${id}`);
      const { rows: money } = await db.raw(
        `SELECT (SELECT sum(total_minor) FROM sales)::int AS sold,
           (SELECT sum(p.amount_minor) FROM payments p)::int - (SELECT sum(change_minor) FROM sales)::int AS drawer`,
      );
      assert.equal(money[0].sold, money[0].drawer, told);
      const { rows: shifts } = await db.raw("SELECT count(*)::int AS shifts FROM shifts");
      assert.equal(shifts[0].shifts, 1, `${told}: one register, one shift`);
    } finally {
      await db.destroy();
    }
  }
});
