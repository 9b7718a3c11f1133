/** `npm run command -- recount-reports FROM TO`: makes the sums of these days anew, after an invariant told that they are wrong. */
import { z } from "zod";
import type { Command } from "../../kernel/command.ts";
import type { Counting } from "./counting.ts";

const MISUSED = 2;
const range = z
  .tuple([z.iso.date(), z.iso.date()])
  .refine(([from, to]) => from <= to && from >= "1900-01-01" && to < "2300-01-01");

export function reportCommands(counting: Pick<Counting, "recount">): Command[] {
  return [
    {
      name: "recount-reports",
      summary: "recount-reports FROM TO: makes the sums of reports of these days (YYYY-MM-DD, both included) anew",
      async run({ args, print }) {
        const asked = range.safeParse(args);
        if (!asked.success) {
          print("Say the first and the last day: recount-reports 2026-01-01 2026-01-31");
          return MISUSED;
        }
        const days = await counting.recount(...asked.data);
        print(`The sums of ${asked.data[0]} to ${asked.data[1]} (days: ${days}) were made anew from their documents.`);
        return 0;
      },
    },
  ];
}
