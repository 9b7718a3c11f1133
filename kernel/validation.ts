/**
 * A check of an instance that runs, after it was deployed, from outside and with no more rights than the account given for it. Its owner
 * declares it as data: nothing of the instance's own process is at hand.
 */
export interface Validation {
  /** unique in its owner; `<owner>.validate.<name>.title` says it to people */
  name: string;
  /** Before those of all plugins: others need what it leaves in the visit, e.g. somebody who is signed in. */
  first?: true;
  /** What it throws is a failed check. */
  run(visit: Visit): Promise<Finding>;
}

/** warned: works, and somebody should look; skipped: was not looked at, and why */
export type Outcome = "passed" | "warned" | "failed" | "skipped";

export interface Finding {
  outcome: Outcome;
  /** `<owner>.validate.<name>.<said>` says it to people */
  said: string;
  params?: Record<string, string | number>;
}

export interface Answer {
  status: number;
  /** undefined: it is no JSON */
  body: unknown;
}

export interface Visit {
  get(path: string): Promise<Answer>;
  /** The same with METRICS_TOKEN, if there is one, for what only whoever runs the system is told. */
  inspect(path: string): Promise<Answer>;
  /** `key`: of a route that wants one, to send the same again */
  post(path: string, body: unknown, key?: string): Promise<Answer>;
  readonly account: { username: string; password: string } | undefined;
  /** from here on requests are this session's; `end` is run when all is over */
  signIn(token: string, end: () => Promise<void>): void;
  readonly isSignedIn: boolean;
  /** what the instance should be */
  readonly expected: { version: string; migrations: readonly string[] };
  /** of the product that a probe may sell; undefined: any */
  readonly code: string | undefined;
  now(): Date;
}

export function finding(outcome: Outcome, said: string, params?: Finding["params"]): Finding {
  return params === undefined ? { outcome, said } : { outcome, said, params };
}
