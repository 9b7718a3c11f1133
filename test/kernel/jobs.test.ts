import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { BootError } from "../../kernel/errors.ts";
import { createOutbox } from "../../kernel/events/outbox.ts";
import { runIdempotent } from "../../kernel/http/idempotency.ts";
import { housekeeping } from "../../kernel/jobs/housekeeping.ts";
import { createJobRunner, type JobRunner, type JobRunnerOptions } from "../../kernel/jobs/runner.ts";
import type { Job } from "../../kernel/jobs.ts";
import { type KernelDatabase, kernelDatabase } from "../harness/kernel-database.ts";
import { memoryLog } from "../harness/log.ts";
import { until } from "../harness/until.ts";

describe("work by the clock", () => {
  let shop: KernelDatabase;
  let runners: JobRunner[];
  const journal = memoryLog();
  const two = new Date("2026-03-02T02:00:00Z");

  before(async () => {
    shop = await kernelDatabase();
  });
  beforeEach(async () => {
    runners = [];
    journal.lines.length = 0;
    await shop.db.primary.raw("TRUNCATE job_runs");
  });
  afterEach(async () => {
    await Promise.all(runners.map((runner) => runner.stop()));
  });
  after(() => shop.close());

  const hire = (run: Job["run"], options: Partial<JobRunnerOptions> & { cron?: string } = {}): JobRunner => {
    const { cron = "0 2 * * *", ...rest } = options;
    const jobs = [{ plugin: "backup", name: "nightly", cron, run }];
    const runner = createJobRunner({ db: shop.db, log: journal.log, jobs, ...rest });
    runners.push(runner);
    return runner;
  };
  const gate = () => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    return { open, opened };
  };
  const runs = () => shop.db.primary("job_runs").orderBy("id").select("plugin", "job", "tick_at", "ok", "error");

  it("two instances make one backup at two o'clock, whether they come together or one after the other", async () => {
    let made = 0;
    const bell = gate();
    const here = hire(async () => {
      made++;
      await bell.opened;
    });
    const there = hire(async () => void made++, { db: shop.another() });
    const first = here.runTick("backup", "nightly", two);
    await until(() => made === 1);
    assert.equal(await there.runTick("backup", "nightly", two), "elsewhere", "while the first is at work");
    bell.open();
    assert.equal(await first, "done");
    assert.equal(await there.runTick("backup", "nightly", two), "elsewhere", "after the first has finished");
    assert.equal(made, 1);
    assert.deepEqual(await runs(), [{ plugin: "backup", job: "nightly", tick_at: two, ok: true, error: null }]);
  });

  it("the clock starts a job, with the tick's own time", async () => {
    const bell = gate();
    hire(async () => bell.open(), { cron: "* * * * * *" }).start();
    await bell.opened;
    const [{ tick_at }] = await runs();
    assert.equal(tick_at.getTime() % 1000, 0);
  });

  it("a job that fails is in the log and in its row, and is run again at the next tick", async () => {
    let fail = true;
    const runner = hire(async () => {
      if (fail) throw new Error("disk full");
    });
    assert.equal(await runner.runTick("backup", "nightly", two), "failed");
    fail = false;
    assert.equal(await runner.runTick("backup", "nightly", new Date("2026-03-03T02:00:00Z")), "done");
    assert.deepEqual(
      (await runs()).map(({ ok, error }) => [ok, error]),
      [
        [false, "Error: disk full"],
        [true, null],
      ],
    );
    assert.ok(journal.lines.some(({ msg, job }) => msg === "a job failed" && job === "backup/nightly"));
  });

  it("a job that a power cut ended is marked as interrupted by the next run", async () => {
    await shop.db.primary.raw("INSERT INTO job_runs (plugin, job, tick_at) VALUES ('backup', 'nightly', '2026-03-01')");
    await hire(async () => {}).runTick("backup", "nightly", two);
    assert.equal((await runs())[0].error, "interrupted");
  });

  describe("a PC that was off at night", () => {
    const noon = { now: () => new Date("2026-03-02T12:00:00Z") };
    const dayBefore = () =>
      shop.db.primary.raw(
        "INSERT INTO job_runs (plugin, job, tick_at, finished_at, ok) VALUES ('backup', 'nightly', ?, now(), true)",
        ["2026-03-01T02:00:00Z"],
      );
    const migrated = (at: string) => shop.db.primary.raw("UPDATE knex_migrations SET migration_time = ?", [at]);

    it("makes up in the morning for what was to be done, once, of two instances one", async () => {
      await dayBefore();
      let made = 0;
      const bell = gate();
      const here = hire(
        async () => {
          made++;
          bell.open();
        },
        { clock: noon, settleMs: 0 },
      );
      const there = hire(async () => void made++, { db: shop.another(), clock: noon });
      here.start();
      await bell.opened;
      await there.makeUp();
      await here.makeUp();
      await until(async () => (await runs()).at(-1)?.ok);
      assert.equal(made, 1);
      assert.deepEqual(
        (await runs()).map(({ tick_at: at }) => at),
        [new Date("2026-03-01T02:00:00Z"), two],
      );
    });

    it("so it does where the job was never run, but not for a night before there was a shop", async () => {
      let made = 0;
      await migrated("2026-03-02T09:00:00Z");
      await hire(async () => void made++, { clock: noon }).makeUp();
      assert.equal(made, 0);
      await migrated("2026-02-27T09:00:00Z");
      await hire(async () => void made++, { clock: noon }).makeUp();
      assert.equal(made, 1);
    });

    it("does again what was cut off, by a power cut or since the program was stopped, and not what failed or what looks for itself", async () => {
      await dayBefore();
      await shop.db.primary.raw("INSERT INTO job_runs (plugin, job, tick_at) VALUES ('backup', 'nightly', ?)", [two]);
      let made = 0;
      const started = gate();
      const stopped = hire(
        async ({ signal }) => {
          made++;
          started.open();
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
          signal.throwIfAborted();
        },
        { clock: noon },
      );
      const first = stopped.makeUp();
      await started.opened;
      await stopped.stop();
      await first;
      assert.deepEqual((await runs()).at(-1)?.error, "interrupted");
      const failing = hire(
        async () => {
          made++;
          throw new Error("disk full");
        },
        { clock: noon },
      );
      await failing.makeUp();
      assert.equal(made, 2);
      await failing.makeUp();
      assert.equal(made, 2, "it waits for its next tick");
      await shop.db.primary.raw("DELETE FROM job_runs WHERE tick_at = ?", [two]);
      const jobs = [
        { plugin: "backup", name: "nightly", cron: "0 2 * * *", madeUp: false as const, run: async () => void made++ },
        { plugin: "backup", name: "often", cron: "5 * * * *", run: async () => void made++ },
      ];
      await hire(async () => {}, { jobs, clock: noon }).makeUp();
      assert.equal(made, 2);
    });

    it("tries once more what ended the whole program, and then leaves it to the next night: the till must stay up", async () => {
      await dayBefore();
      let made = 0;
      // the program ends in the middle: its row has no end, and its lock goes with its connection
      const ends = "UPDATE job_runs SET finished_at = NULL, ok = NULL, error = ? WHERE tick_at = ?";
      const dies = async (error: string | null) => shop.db.primary.raw(ends, [error, two]);
      await hire(async () => void made++, { clock: noon }).makeUp();
      await dies(null);
      await hire(async () => void made++, { clock: noon }).makeUp();
      await dies("once more");
      await hire(async () => void made++, { clock: noon }).makeUp();
      await hire(async () => void made++, { clock: noon }).makeUp();
      assert.equal(made, 2);
      assert.deepEqual((await runs()).at(-1)?.error, "interrupted again");
    });

    it("believes no clock that was years ahead", async () => {
      await dayBefore();
      await shop.db.primary.raw(
        "INSERT INTO job_runs (plugin, job, tick_at, finished_at, ok) VALUES ('backup', 'nightly', '2031-01-01', now(), true)",
      );
      let made = 0;
      await hire(async () => void made++, { clock: noon }).makeUp();
      assert.equal(made, 1);
    });
  });

  it("a person who starts a job by hand is told how it went, and that it is at work already", async () => {
    const bell = gate();
    const started = gate();
    const runner = hire(async () => {
      started.open();
      await bell.opened;
      throw new Error("disk full");
    });
    const first = runner.runNow("backup", "nightly");
    await started.opened;
    await assert.rejects(hire(async () => {}).runNow("backup", "nightly"), /at work already/);
    bell.open();
    await assert.rejects(first, /disk full/);
    await assert.rejects(runner.runNow("backup", "weekly"), /no job backup\/weekly/);
  });

  it("stopping tells the job, waits for it, and starts no other", async () => {
    const started = gate();
    let told = false;
    const runner = hire(async ({ signal }) => {
      started.open();
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      told = true;
    });
    const tick = runner.runTick("backup", "nightly", two);
    await started.opened;
    await runner.stop();
    assert.ok(told);
    assert.equal(await tick, "done");
    assert.equal(await runner.runTick("backup", "nightly", new Date()), "elsewhere");
  });

  it("a job that does not listen is left behind, and named", async () => {
    const started = gate();
    const never = gate();
    const runner = hire(
      async () => {
        started.open();
        await never.opened;
      },
      { stopMs: 1 },
    );
    const tick = runner.runTick("backup", "nightly", two);
    await started.opened;
    await runner.stop();
    assert.ok(journal.lines.some(({ jobs }) => JSON.stringify(jobs) === '["backup/nightly"]'));
    never.open();
    await tick;
  });

  it("a job outlives the loss of its lock, and a database that is away is only logged", async () => {
    const runner = hire(async () => {
      await shop.db.primary.raw(`SELECT pg_terminate_backend(pid) FROM pg_locks
        WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
    });
    assert.equal(await runner.runTick("backup", "nightly", two), "done");
    assert.equal((await runs())[0].ok, true);
    const gone = shop.another();
    await gone.close();
    assert.equal(await hire(async () => {}, { db: gone }).runTick("backup", "nightly", new Date()), "failed");
  });

  it("a cron expression that cannot be read, or a name used twice, stops the start", () => {
    assert.throws(() => hire(async () => {}, { cron: "at night" }), BootError);
    const job = { plugin: "backup", name: "nightly", cron: "0 2 * * *", run: async () => {} };
    assert.throws(() => createJobRunner({ db: shop.db, log: journal.log, jobs: [job, job] }), BootError);
  });

  it("the kernel's own jobs remove what is older than a month, and nothing else", async () => {
    const { db } = shop;
    const outbox = createOutbox({ db, log: journal.log, subscriptions: [] });
    const runner = createJobRunner({ db, log: journal.log, jobs: housekeeping({ db, outbox }) });
    runners.push(runner);
    const work = async () => ({ status: 201, body: {} });
    for (const key of ["old", "new"]) await runIdempotent({ db, scope: "s", key, requestHash: "h", work });
    await db.primary.raw("UPDATE idempotency_keys SET created_at = now() - interval '31 days' WHERE key = 'old'");
    await db.primary.raw(`INSERT INTO job_runs (plugin, job, tick_at, started_at, finished_at)
      SELECT 'backup', 'nightly', day, day, day FROM unnest(ARRAY[now() - interval '60 days', now() - interval '31 days']) AS day`);
    await db.transaction((tx) => outbox.emit(tx, { name: "pos.sold" }, {}));
    await db.primary.raw("UPDATE outbox SET occurred_at = now() - interval '31 days'");
    for (const name of ["clean_outbox", "clean_idempotency_keys", "clean_job_runs"])
      await runner.runNow("kernel", name);
    assert.deepEqual(await db.primary("idempotency_keys").pluck("key"), ["new"]);
    assert.deepEqual(await db.primary("outbox").pluck("id"), []);
    // the newest of each tells what was missed
    assert.equal((await runs()).filter(({ plugin }) => plugin === "backup").length, 1);
    assert.equal((await runs()).length, 4);
  });
});
