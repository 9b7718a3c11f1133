import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { COMMAND_MS, createPatience, REQUEST_MS } from "../../kernel/cache/patience.ts";

/** Time that a test moves: what is due is called late. */
function handTime() {
  let now = 0;
  const due: { at: number; late: () => void }[] = [];
  return {
    now: () => now,
    after: (milliseconds: number, late: () => void) => {
      const one = { at: now + milliseconds, late };
      due.push(one);
      return () => {
        if (due.includes(one)) due.splice(due.indexOf(one), 1);
      };
    },
    pass(milliseconds: number) {
      now += milliseconds;
      for (const one of due.filter(({ at }) => at <= now)) one.late();
    },
  };
}

const never = () => new Promise<never>(() => {});

describe("how long anybody waits for Redis", () => {
  it("a request waits at most a tenth of a second, in all", () => {
    assert.ok(REQUEST_MS <= 100 && COMMAND_MS <= REQUEST_MS);
  });

  it("a command that is never answered is given up", async () => {
    const time = handTime();
    const answer = createPatience(time).wait(never);
    time.pass(COMMAND_MS);
    await assert.rejects(answer, /no answer in 90 ms/);
  });

  it("many slow answers cost one request no more than one that never comes", async () => {
    const time = handTime();
    const patience = createPatience(time);
    let asked = 0;
    const slow = () => {
      asked += 1;
      return new Promise<number>((answer) => time.after(30, () => answer(asked)));
    };
    await patience.share(async () => {
      for (const turn of [1, 2, 3]) {
        const answer = patience.wait(slow);
        time.pass(30);
        assert.equal(await answer, turn);
      }
      const fourth = patience.wait(slow);
      time.pass(REQUEST_MS - 90);
      await assert.rejects(fourth, /no answer in 10 ms/);
      await assert.rejects(patience.wait(slow), /waited long enough/);
    });
    assert.equal(asked, 4, "the fifth was not even asked");
    assert.equal(time.now(), REQUEST_MS);
  });

  it("what is asked at once is waited for once", async () => {
    const time = handTime();
    const patience = createPatience(time);
    const slow = () => new Promise<string>((answer) => time.after(80, () => answer("here")));
    await patience.share(async () => {
      const both = Promise.all([patience.wait(slow), patience.wait(slow)]);
      time.pass(80);
      assert.deepEqual(await both, ["here", "here"]);
      const third = patience.wait(async () => "quick");
      assert.equal(await third, "quick");
    });
  });

  it("each request has an allowance of its own", async () => {
    const time = handTime();
    const patience = createPatience(time);
    const first = patience.share(() => patience.wait(never));
    time.pass(COMMAND_MS);
    await assert.rejects(first);
    assert.equal(await patience.share(() => patience.wait(async () => "served")), "served");
  });
});
