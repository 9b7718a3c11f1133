/** Speed that was bought with durability is none: what was answered is on the disk, on the server that is measured too. */
import pg from "pg";

/** Throws when the server of that database may forget what it answered, with what it is set to. */
export async function refuseForgetful(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; setting: string }>(
      `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')
         AND setting NOT IN ('on', 'remote_apply') ORDER BY name`,
    );
    const set = rows.map(({ name, setting }) => `${name} = ${setting}`).join(", ");
    if (rows.length > 0) throw new Error(`nothing is measured on a server that may forget what it answered: ${set}`);
  } finally {
    await client.end();
  }
}
