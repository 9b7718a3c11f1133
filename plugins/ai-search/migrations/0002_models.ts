/** What words mean in this shop, as far as its own catalogue says it, and where each product stands by that. Can be made anew. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE search_models (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      state text NOT NULL CHECK (state IN ('fitting', 'ready', 'empty', 'failed')),
      -- why there is no model: a code that the page and the API say in words
      reason text,
      -- 0 to 1, while it is fitted
      progress real NOT NULL DEFAULT 0,
      -- of the catalogue that it was fitted on
      products int NOT NULL DEFAULT 0,
      dimensions int NOT NULL DEFAULT 0,
      vocabulary jsonb,
      -- float32, little endian: one a term; terms x dimensions
      idf bytea,
      components bytea,
      parameters jsonb NOT NULL,
      -- singular values, milliseconds
      figures jsonb,
      -- sha256 of vocabulary, idf and components
      checksum text,
      -- whoever fits it says so every few seconds: who was killed does not
      alive_at timestamptz NOT NULL DEFAULT now(),
      created_at timestamptz NOT NULL DEFAULT now(),
      ready_at timestamptz,
      CHECK (state <> 'ready' OR (vocabulary IS NOT NULL AND idf IS NOT NULL AND components IS NOT NULL
        AND checksum IS NOT NULL AND figures IS NOT NULL AND ready_at IS NOT NULL AND dimensions > 0))
    );
    -- random numbers do not get smaller
    ALTER TABLE search_models ALTER COLUMN components SET STORAGE EXTERNAL;
    -- one instance at a time
    CREATE UNIQUE INDEX search_models_fitting ON search_models (state) WHERE state = 'fitting';

    CREATE TABLE product_embeddings (
      product_id bigint NOT NULL REFERENCES products (id) ON DELETE CASCADE,
      model_id bigint NOT NULL REFERENCES search_models (id) ON DELETE CASCADE,
      -- dimensions x float32, little endian, of length 1
      vector bytea NOT NULL,
      -- its length before: the share of the product's words that the model's dimensions hold
      norm real NOT NULL,
      -- of the words it was made of: another text has another
      digest int NOT NULL,
      -- true: it came, or changed, after the model was fitted
      folded boolean NOT NULL DEFAULT false,
      PRIMARY KEY (product_id, model_id)
    );
    CREATE INDEX product_embeddings_model ON product_embeddings (model_id, product_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE product_embeddings, search_models");
}
