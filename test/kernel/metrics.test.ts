import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createMetrics } from "../../kernel/metrics.ts";

describe("metrics that are read from elsewhere", () => {
  const values = (text: string) =>
    text.split("\n").filter((line) => line !== "" && !/^#|^pos_figures_left_out_total/.test(line));
  const leftOut = (text: string, figure: string) =>
    new RegExp(`^pos_figures_left_out_total\\{figure="${figure}"\\} (\\d+)$`, "m").exec(text)?.[1];

  it("what hangs is left out, holds up nobody, and is not asked again until it answers", async () => {
    const metrics = createMetrics({ collectMs: 20 });
    let asked = 0;
    let answer = (_: number) => {};
    const load = () =>
      new Promise<number>((done) => {
        asked++;
        answer = done;
      });
    const figures = [{ name: "pos_one", help: "one", of: (n: number) => n }];
    metrics.figures(load, [...figures, { name: "pos_two", help: "two", labels: ["a"], of: (n) => [[{ a: "b" }, n]] }]);
    metrics.gauge({ name: "pos_three", help: "three" }).set(3);
    assert.deepEqual(values(await metrics.text()), ["pos_three 3"]);
    assert.deepEqual(values(await metrics.text()), ["pos_three 3"]);
    assert.equal(asked, 1, "for both figures and both readings");
    answer(1);
    await new Promise(setImmediate);
    const reading = metrics.text();
    answer(7);
    assert.deepEqual(values(await reading), ["pos_one 7", 'pos_two{a="b"} 7', "pos_three 3"]);
    assert.equal(asked, 2);
  });

  it("an old figure is not told for a new one when reading fails", async () => {
    const warned: string[] = [];
    const warn = ({ figure, err }: { figure: string; err: Error }) => void warned.push(`${figure}: ${err.message}`);
    const metrics = createMetrics({ log: { warn } });
    let fails = false;
    const read = async () => {
      if (fails) throw new Error("away");
      return 5;
    };
    metrics.figures(read, [{ name: "pos_one", help: "one", of: (n) => n }]);
    const up = metrics.gauge({
      name: "pos_up",
      help: "up",
      otherwise: 0,
      collect: async (): Promise<void> => {
        up.set(Math.sign(await read()));
      },
    });
    assert.deepEqual(values(await metrics.text()), ["pos_one 5", "pos_up 1"]);
    fails = true;
    for (let n = 0; n < 3; n++) assert.deepEqual(values(await metrics.text()), ["pos_up 0"]);
    const text = await metrics.text();
    assert.ok(Number(leftOut(text, "pos_one")) >= 3 && Number(leftOut(text, "pos_up")) >= 3, text);
    assert.deepEqual(warned.sort(), ["pos_one: away", "pos_up: away"], "each once");
    fails = false;
    assert.deepEqual(values(await metrics.text()), ["pos_one 5", "pos_up 1"]);
    fails = true;
    await metrics.text();
    assert.equal(warned.length, 4, "lost once more");
  });

  it("counters have their name in both formats", async () => {
    const metrics = createMetrics();
    metrics.counter({ name: "pos_a_total", help: "a" }).inc(2);
    for (let n = 0; n < 2; n++) {
      const plain = await metrics.text();
      assert.ok(plain.endsWith("# HELP pos_a_total a\n# TYPE pos_a_total counter\npos_a_total 2\n"), plain);
      const open = await metrics.text("openmetrics");
      assert.ok(open.endsWith("# HELP pos_a a\n# TYPE pos_a counter\npos_a_total 2\n# EOF\n"), open);
    }
  });
});
