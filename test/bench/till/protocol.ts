/** What the bench and the process of its cashiers tell each other. */
export interface Order {
  url: string;
  bareUrl: string;
  password: string;
  /** one a register; the register's id is the one it stands at */
  cashiers: { username: string; registerId: number }[];
  /** in order of demand */
  codes: string[];
  /** lines a customer on average */
  lines: number;
}

/** All cashiers at once for so long. */
export interface Run {
  run: "till" | "bare";
  seconds: number;
  /** between two keys of a cashier */
  pauseMs: number;
}

/** Milliseconds that a cashier waited. */
export interface Waited {
  /** from the scan to the register's new lines */
  scan: number[];
  /** from the payment to its receipt */
  pay: number[];
  bare: number[];
  /** payments that were refused because the shelf was empty */
  refused: number;
}
