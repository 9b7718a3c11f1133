/** Whether the server answers at all, whatever its other connections are busy with. */
import pg from "pg";
import { hangUp } from "../../../kernel/db/hang-up.ts";

const LIMIT_MS = 4500;
/** no connection of the app, which must be stopped when a rollback looks who is there */
const NAME = "pos-odata-pulse";

/** Resolves when it answered, with a fault of its own too: no connection free is an answer. Rejects when it did not, in some seconds. */
export function pulseOf(url: string): () => Promise<void> {
  return async () => {
    const client = new pg.Client({
      connectionString: url,
      application_name: NAME,
      connectionTimeoutMillis: LIMIT_MS,
      query_timeout: LIMIT_MS,
    });
    client.on("error", () => {});
    try {
      await client.connect();
      await client.query("SELECT 1");
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
    } finally {
      hangUp(client);
    }
  };
}
