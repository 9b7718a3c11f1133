/** Starts the process of the clients. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Answer, Order } from "./protocol.ts";

export interface Load {
  run(order: Order): Promise<Answer>;
  close(): void;
}

export function startLoad(): Load {
  const child = fork(join(import.meta.dirname, "worker.ts"), { execArgv: ["--import", "tsx"] });
  const gone = once(child, "exit").then(() => Promise.reject(new Error("the clients have gone")));
  gone.catch(() => {});
  return {
    async run(order) {
      const said = once(child, "message") as Promise<[Answer | { failed: string }]>;
      child.send(order);
      const [answer] = await Promise.race([said, gone]);
      if ("failed" in answer) throw new Error(answer.failed);
      return answer;
    },
    close: () => {
      if (child.connected) child.disconnect();
    },
  };
}

export const perSecond = ({ samples, seconds }: Pick<Answer, "samples" | "seconds">): number =>
  samples.length / seconds;

/** What was told is heard before somebody else has his turn: the listeners' work that is left is the program's time too. */
export async function withRest(run: Promise<Answer>, rest: () => Promise<void>): Promise<Answer> {
  const answer = await run;
  const started = performance.now();
  await rest();
  return { ...answer, seconds: answer.seconds + (performance.now() - started) / 1000 };
}

/** Of several runs, to the microsecond. */
export const latenciesOf = (answers: readonly Answer[]): number[] =>
  answers.flatMap(({ samples }) => samples.map((ms) => Math.round(ms * 1000) / 1000));
