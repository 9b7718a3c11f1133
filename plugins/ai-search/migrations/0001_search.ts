/** What changed, for the indexes of all instances; what people searched for; what goes together. All of it can be made anew. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE search_changes (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      product_id bigint NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX search_changes_time ON search_changes (created_at);

    CREATE TABLE search_log (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      query text NOT NULL,
      -- folded: one line of the statistics
      folded text NOT NULL,
      place text NOT NULL CHECK (place IN ('till', 'page', 'api')),
      user_id bigint,
      results int NOT NULL,
      milliseconds real NOT NULL,
      product_id bigint,
      created_at timestamptz NOT NULL
    );
    CREATE INDEX search_log_time ON search_log (created_at, id);
    CREATE INDEX search_log_user ON search_log (user_id) WHERE user_id IS NOT NULL;

    CREATE TABLE bought_together (
      product_id bigint NOT NULL REFERENCES products (id),
      other_id bigint NOT NULL REFERENCES products (id),
      together int NOT NULL,
      sales int NOT NULL,
      score double precision NOT NULL,
      PRIMARY KEY (product_id, other_id)
    );
    CREATE INDEX bought_together_other ON bought_together (other_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE bought_together, search_log, search_changes");
}
