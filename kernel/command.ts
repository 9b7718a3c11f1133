/** Work that an operator starts by hand on the server: `npm run command -- NAME ...`. It needs no session: who is there may. */
export interface CommandContext {
  /** what stands after the name */
  args: readonly string[];
  /** a line for the person at the terminal */
  print(line: string): void;
}

export interface Command {
  /** unique in the whole system, e.g. `recover` */
  name: string;
  /** one sentence and its arguments, shown by `npm run command` alone */
  summary: string;
  /** true: works whatever version the database has; left out: not while migrations are pending */
  anyVersion?: true;
  /** Answers the exit code: 0 when all is well. */
  run(context: CommandContext): Promise<number>;
}
