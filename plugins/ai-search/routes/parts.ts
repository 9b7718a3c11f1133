/** What the routes of searching are made of. */
import type { Auditor } from "../../../kernel/audit.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Analysis } from "../analysis/analysis.ts";
import type { Engine } from "../engine.ts";
import type { Journal } from "../journal.ts";
import type { Recommend } from "../recommend.ts";
import type { Search } from "../search.ts";
import type { Models } from "../semantic/models.ts";
import type { Statistics } from "../statistics.ts";
import type { Suggest } from "../suggest.ts";
import type { SynonymLists } from "../synonyms.ts";

export interface RouteParts {
  search: Search;
  suggest: Suggest;
  recommend: Recommend;
  journal: Journal;
  analysis: Analysis;
  engine: Engine;
  models: Models;
  statistics: Statistics;
  clock: Clock;
  audit: Auditor;
  synonyms: SynonymLists;
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** milliseconds, for durations */
  clockMs(): number;
}
