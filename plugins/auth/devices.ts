/**
 * Browsers from which somebody has signed in before (OWASP's device cookies): `id.issued.people.mark`. A till is used by many,
 * so one browser knows several people; for each of them its wrong passwords are counted apart from those of strangers.
 */
import { randomBytes } from "node:crypto";
import type { Clock } from "../../kernel/clock.ts";
import type { Cookie } from "../../kernel/http/reply.ts";
import type { Seal } from "./seal.ts";

export const DEVICE_COOKIE = "pos_device";
const YEAR_SECONDS = 365 * 24 * 3600;
/** those who signed in last */
const MOST_PEOPLE = 30;

export interface Device {
  id: string;
  /** ids of those who have signed in here, the last one first */
  people: readonly number[];
}

export interface Devices {
  /** Undefined for a cookie that we did not write, or that is older than a year. */
  read(cookie: string | undefined): Device | undefined;
  /** For the reply to a sign-in: the browser's cookie, which now knows this person too. */
  cookieFor(before: string | undefined, userId: number): Cookie;
}

export function createDevices({ seal, clock }: { seal: Seal; clock: Clock }): Devices {
  const seconds = () => Math.floor(clock.now().getTime() / 1000);

  function read(cookie: string | undefined): Device | undefined {
    const match = /^(([\w-]{22})\.(\d{1,12})\.(\d+(?:-\d+)*))\.([\w-]{43})$/.exec(cookie ?? "");
    const [, text = "", id = "", issued = "", people = "", mark = ""] = match ?? [];
    if (!match || !seal.isGood(text, mark) || seconds() - Number(issued) > YEAR_SECONDS) return undefined;
    return { id, people: people.split("-").map(Number) };
  }

  return {
    read,
    cookieFor(before, userId) {
      const device = read(before) ?? { id: randomBytes(16).toString("base64url"), people: [] };
      const people = [userId, ...device.people.filter((id) => id !== userId)].slice(0, MOST_PEOPLE);
      const text = `${device.id}.${seconds()}.${people.join("-")}`;
      return { name: DEVICE_COOKIE, value: `${text}.${seal.mark(text)}`, maxAge: YEAR_SECONDS };
    },
  };
}
