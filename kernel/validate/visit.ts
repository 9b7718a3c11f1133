/** The way of a validation to the instance: plain HTTP, as a till's or a program's. */
import { randomUUID } from "node:crypto";
import type { Answer, Visit } from "../validation.ts";

export interface VisitOptions {
  url: string;
  seconds: number;
  account: Visit["account"];
  /** METRICS_TOKEN */
  token?: string | undefined;
  expected: Visit["expected"];
  code: string | undefined;
  now?: () => Date;
}

/** The instance did not answer in time, or nobody is there. */
export class NoAnswer extends Error {}

export interface OpenVisit extends Visit {
  /** Ends the session that a check began; never throws. */
  end(): Promise<void>;
}

export function openVisit(options: VisitOptions): OpenVisit {
  const { url, seconds, account, token, expected, code, now = () => new Date() } = options;
  let session: { token: string; end: () => Promise<void> } | undefined;

  async function ask(method: string, path: string, more: RequestInit & { headers: Record<string, string> }) {
    const bearer = session ? { authorization: `Bearer ${session.token}` } : {};
    const headers = { accept: "application/json", ...bearer, ...more.headers };
    try {
      const signal = AbortSignal.timeout(seconds * 1000);
      const response = await fetch(new URL(path, url), { ...more, method, headers, signal, redirect: "manual" });
      return { status: response.status, body: parsed(await response.text()) } satisfies Answer;
    } catch (cause) {
      throw new NoAnswer(reasonOf(cause), { cause });
    }
  }

  return {
    get: (path) => ask("GET", path, { headers: {} }),
    inspect: (path) => ask("GET", path, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }),
    post: (path, body, key = randomUUID()) =>
      ask("POST", path, {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json", "idempotency-key": key },
      }),
    account,
    expected,
    code,
    now,
    get isSignedIn() {
      return session !== undefined;
    },
    signIn: (token, end) => {
      session = { token, end };
    },
    end: async () => {
      await session?.end().catch(() => {});
      session = undefined;
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `ECONNREFUSED`, `TimeoutError`: never an address with a password in it. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown";
  const inner = cause.cause;
  if (inner instanceof Error && "code" in inner) return String(inner.code);
  return cause.name;
}
