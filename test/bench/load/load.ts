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

export const perSecond = ({ samples, seconds }: Answer): number => samples.length / seconds;
