/** A clock that stands still until the test moves it. */
import type { Clock } from "../../kernel/clock.ts";

export interface HandClock extends Clock {
  advance(milliseconds: number): void;
}

export function handClock(start = "2026-03-02T15:00:00Z"): HandClock {
  let now = Date.parse(start);
  return {
    now: () => new Date(now),
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
}
