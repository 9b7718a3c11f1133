/** What whoever starts the program is told when the database does not let it in: the sentence and its cure, not the stack. */
import { BootError } from "../errors.ts";
import { codeOf, isDatabaseDown } from "./down.ts";

/** The same error when it tells of anything else. */
export function whyAway(error: unknown): unknown {
  const cure = cureOf(error);
  if (cure === undefined || error instanceof BootError) return error;
  return new BootError(`the database cannot be used: ${reasonOf(error)}`, { cure, cause: error });
}

function cureOf(error: unknown): string | undefined {
  switch (codeOf(error)) {
    case "28P01":
    case "28000":
      return "mend the user and the password in DATABASE_URL, or let that user in";
    case "3D000":
      return "make it (createdb -O USER NAME), or mend the name in DATABASE_URL";
    case "42501":
      return "make the user of DATABASE_URL the owner: ALTER DATABASE ... OWNER TO ...";
  }
  return isDatabaseDown(error) ? "start the server, or mend host and port in DATABASE_URL" : undefined;
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}
