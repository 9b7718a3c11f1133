/** Words that mean the same in this shop. What stands there at first is how a shop in Bogotá and its customers from elsewhere speak. */
import type { Knex } from "knex";

const AT_FIRST = [
  "gaseosa, refresco, soda",
  "papel higiénico, papel de baño",
  "esfero, lapicero, bolígrafo",
  "arveja, guisante, chícharo",
  "fríjol, poroto, caraota",
  "champú, shampoo",
  "crispetas, palomitas, maíz pira",
  "durazno, melocotón",
  "encendedor, candela, mechera",
  "blanqueador, cloro, límpido, hipoclorito",
  "crema dental, pasta de dientes, dentífrico",
  "tocineta, tocino, bacon",
  "bombillo, foco, bombilla",
  "banano, banana, guineo",
  "maíz tierno, elote, choclo",
  "lavaloza, lavaplatos, lavavajillas",
  "toallas higiénicas, compresas",
  "máquina de afeitar, rasuradora, cuchilla de afeitar",
  "curas, curitas, venditas",
  "tajalápiz, sacapuntas",
  "pegante, pegamento",
  "aguacate, palta",
  "papa, patata",
  "piña, ananá",
  "fósforos, cerillas",
  "pitillo, pajilla, popote",
  "tapabocas, mascarilla, cubrebocas",
  "chupeta, colombina, paleta de dulce",
  "ponqué, torta, pastel, bizcocho",
  "jugo, zumo, néctar",
  "maní, cacahuate, cacahuete",
  "concentrado, cuido, alimento para mascotas",
  "condones, preservativos",
  "bloqueador solar, protector solar",
  "trapero, trapeador, mopa",
  "caneca, basurero, papelera",
  "bolsa, talego",
  "computador, computadora, ordenador",
];

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE search_synonyms (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      -- separated by commas, as people write them
      words text NOT NULL UNIQUE,
      created_at timestamptz NOT NULL DEFAULT now()
    )`);
  await knex.raw("INSERT INTO search_synonyms (words) SELECT * FROM unnest(?::text[])", [AT_FIRST]);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE search_synonyms");
}
