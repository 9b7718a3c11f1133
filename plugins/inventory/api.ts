/** What inventory offers to other plugins. */
import type { Tx } from "../../kernel/db/database.ts";
import { eventRef } from "../../kernel/events/event.ts";
import { serviceRef } from "../../kernel/service.ts";
import type { Advice, Adviser } from "./advice.ts";
import type { IssueOrder, IssueResult, ReceiptOrder, SellOrder, SellResult, StockDocument } from "./documents.ts";
import type { BuyersPort, DocumentLot } from "./lots/lot.ts";
import type { RateOfSale, SoldByDay } from "./rates.ts";

export type { Advice, Adviser, Choice, GoesWith, Judgement, Nearest } from "./advice.ts";
export { marginOf } from "./costs.ts";
export type {
  Good,
  IssueOrder,
  IssueResult,
  LeavingLot,
  ReceiptOrder,
  SellOrder,
  SellResult,
  Shortage,
  StockDocument,
} from "./documents.ts";
export type { Buyer, BuyersPort, DocumentLot, SaidLot } from "./lots/lot.ts";
export type { RateOfSale, SoldByDay } from "./rates.ts";

/** who has it may see what goods cost, and what is earned of them */
export const SEE_COSTS = "inventory.cost";

/**
 * Counters do not see what the books say. Whoever may count, and may neither approve counts nor change stock by hand, is shown no figure
 * of what an open count has (`counting`).
 */
export function countsBlind(can: (permission: string) => boolean): boolean {
  return can("counts.enter") && !can("counts.manage") && !can("inventory.adjust");
}

/** included: in the price. added: on top of it. exempt and excluded have a rate of 0, and the law tells them apart. */
export const TAX_KINDS = ["included", "added", "exempt", "excluded"] as const;
export type TaxKind = (typeof TAX_KINDS)[number];

/**
 * goods: counted on a shelf. weighed: goods sold by weight, the till asks how much. service: on no shelf, always there.
 * kit: made of other products, which leave the shelf when it is sold. parent: not sold itself, its variants are.
 */
export const PRODUCT_KINDS = ["goods", "weighed", "service", "kit", "parent"] as const;
export type ProductKind = (typeof PRODUCT_KINDS)[number];

/** A further unit of a product, e.g. a case of 24. */
export interface SellableUnit {
  id: number;
  name: string;
  /** thousandths of the product's own unit */
  factorMilli: number;
  /** in minor units of the store's currency; undefined: what `unitPrice` makes of the product's */
  priceMinor: number | undefined;
}

export { shortLines } from "./shortages.ts";
export { inOwnUnit, unitPrice } from "./store-prices.ts";

/** A product as the till needs it. Cost in minor units of the shop's currency, the price in those of the store's. */
export interface SellableProduct {
  id: number;
  sku: string;
  name: string;
  kind: ProductKind;
  /** tells products of one name apart, e.g. the size; cut */
  description?: string;
  unit: string;
  /** tax included, unless it is added */
  priceMinor: number;
  /** false: it has no price in the store's currency, and cannot be sold there */
  priced: boolean;
  taxRateBp: number;
  taxKind: TaxKind;
  /** of a kit the sum of its parts */
  costMinor: number;
  /** of a kit: whole ones that can be made of its parts */
  onHandMilli: number;
  /** an open count of the store has it, or something that it is made of: see countsBlind */
  counting: boolean;
  /** nothing of it stands anywhere, and there is always some: a service, or a kit of services alone */
  unlimited: boolean;
  /** of a search: the further unit whose barcode ends in what was typed */
  unitId?: number;
}

/** Where a picture is found: `hash` changes with its content. Sides of its tile, in pixels. */
export interface PictureRef {
  hash: string;
  width: number;
  height: number;
}

export interface Store {
  id: number;
  name: string;
}

/** What a search engine reads of a product. */
export interface ProductText {
  id: number;
  sku: string;
  name: string;
  description: string | undefined;
  category: string | undefined;
  brand?: string | undefined;
  active: boolean;
}

/** How often a product was sold; `weight` counts what was long ago for less. */
export interface Demand {
  productId: number;
  sales: number;
  weight: number;
}

/** An own price that was changed; minor units of the shop's currency. */
export interface PriceJump {
  productId: number;
  sku: string;
  name: string;
  beforeMinor: number;
  afterMinor: number;
  /** null: nobody wrote down who */
  userName: string | null;
  changedAt: Date;
}

/** How often another product stood on the same sale. */
export interface BoughtTogether {
  productId: number;
  otherId: number;
  together: number;
  /** of the product itself */
  sales: number;
  score: number;
}

/** What only the database knows of a product: prices in minor units of the store's currency, both included. */
export interface Figures {
  minPriceMinor?: number | undefined;
  maxPriceMinor?: number | undefined;
  /** true: there is some, or always some */
  inStock?: boolean | undefined;
}

/** A product whose barcode ends so; `unit`: it is the code of that further unit. */
export interface Ending {
  productId: number;
  unit: { id: number; name: string } | undefined;
}

/**
 * Finds products by words better than the database does: ids of active ones, best first. `sure` have all the words as they are
 * written; `guesses` are asked for when nothing in the database has them either.
 */
export type Finder = (
  query: string,
  limit: number,
  asks: { storeId: number | undefined; userId: number | undefined },
) => Promise<{ sure: number[]; guesses: number[] }>;

/** Products of which everything that a sale sold has come back, or the sale was voided, since then. */
export type FindTakenBack = (since: Date, tx?: Tx) => Promise<{ saleId: number; productId: number }[]>;

export interface ProductLink {
  permission: string;
  text: string;
  path(productId: number): string;
}

/** Of these products those that an open order has, with its number. */
export type FindOrders = (tx: Tx, productIds: readonly number[]) => Promise<ReadonlyMap<number, string>>;

/**
 * Reads take the transaction they are part of, when they are: a second connection would wait for the first. Prices and
 * quantities are those of the store; undefined: of the one that sells when nobody says another.
 */
export interface Inventory {
  /** Exact barcode, else exact SKU, of an active product; `soldBy` when it is the code of a unit. Never touches the text search. */
  findByCode(
    code: string,
    storeId: number | undefined,
    tx?: Tx,
  ): Promise<(SellableProduct & { soldBy?: SellableUnit }) | undefined>;
  /** The barcodes of products that have any, without those of their further units. */
  barcodes(productIds: readonly number[]): Promise<ReadonlyMap<number, string[]>>;
  /** The further units of products that have any, by product, the smallest first. */
  units(
    productIds: readonly number[],
    storeId: number | undefined,
    tx?: Tx,
  ): Promise<ReadonlyMap<number, SellableUnit[]>>;
  /** Active products by name or start of SKU: accents and case folded, prefixes, one typo. Best first, at most `limit`; in place of a parent its variants. `userId`: who asks, for the log of searches. */
  search(query: string, storeId: number | undefined, limit: number, userId?: number): Promise<SellableProduct[]>;
  /** Active or not, by id. */
  products(
    ids: readonly number[],
    storeId: number | undefined,
    tx?: Tx,
  ): Promise<ReadonlyMap<number, SellableProduct & { active: boolean }>>;
  /** The active ones that are so in the store, of all or of these, in no order. */
  fitting(figures: Figures, storeId: number | undefined, of?: readonly number[]): Promise<number[]>;
  /** Active ones with a barcode that ends in these figures, at most `limit`, and three where they are fewer than six; of fewer than four, or of what is no number, none. */
  endingIn(figures: string, limit: number): Promise<Ending[]>;
  /** The category of each of these products that has one, by id of the product. */
  categoriesOf(productIds: readonly number[], tx?: Tx): Promise<ReadonlyMap<number, number>>;
  /** Categories with something to sell, by name. */
  categories(): Promise<{ id: number; name: string }[]>;
  /** Active products by name, one more than `limit`; `place` says where the next page begins. */
  byName(
    storeId: number | undefined,
    categoryId: number | undefined,
    after: { sortKey: string; id: number } | undefined,
    limit: number,
  ): Promise<(SellableProduct & { place: { sortKey: string; id: number }; picture: PictureRef | undefined })[]>;
  /** Small, for a tile. Throws NOT_FOUND for a picture that is not, or no longer, the product's. */
  tile(productId: number, hash: string): Promise<{ contentType: string; content: Buffer }>;
  /** By name. */
  priceLists(): Promise<{ id: number; name: string; currency: string }[]>;
  /** What a price list says of these products, by id, in minor units of its currency; undefined: there is no such list. */
  listPrices(
    listId: number,
    productIds: readonly number[],
    tx?: Tx,
  ): Promise<{ currency: string; prices: ReadonlyMap<number, number> } | undefined>;
  defaultStore(): Promise<Store>;
  /** By id, after the one given; those that are not sold any more too. */
  textsAfter(id: number, limit: number): Promise<ProductText[]>;
  textsOf(ids: readonly number[]): Promise<ProductText[]>;
  /** Sales since then, those of `halfLifeDays` ago counting half. */
  demand(since: Date, halfLifeDays: number): Promise<Demand[]>;
  /** Goods that were sold in a store in these business days, the last of which is today, or have a reorder point; by name, in pages. */
  ratesOfSale(storeId: number, days: number, tx?: Tx): AsyncIterable<RateOfSale[]>;
  /**
   * What was sold in a store on each of the last business days, less what came back; products without a sale in them are left out.
   * The running day is the last of them when at most four of its hours are left, yesterday until then.
   */
  salesByDay(storeId: number, productIds: readonly number[], days: number): Promise<ReadonlyMap<number, SoldByDay>>;
  /** Own prices changed since then that hold, beside what held until then. */
  priceJumps(since: Date): Promise<PriceJump[]>;
  /**
   * The best partners of each product, at most so many of each; what came back whole counts for nothing. Heavy: for a nightly job.
   * Of these products alone: reads what they were sold with; how often other goods were sold is counted up to some minutes ago, and read since then.
   */
  boughtTogether(since: Date, most: number, only?: readonly number[]): Promise<BoughtTogether[]>;
  /** `search` asks it first from now on; when it fails or finds nothing, the database answers as before. */
  registerFinder(finder: Finder): void;
  /** What a search engine knows beyond finding: it brings itself here. */
  registerAdviser(adviser: Adviser): void;
  /** Asks it; without one every answer is nothing. */
  advice: Advice;
  /** Whoever writes sales tells which goods of them came back: for what is bought together. */
  registerTakenBack(find: FindTakenBack): void;
  /** Whoever writes sales tells who got what they took: for the recall of a lot. */
  registerBuyers(buyers: BuyersPort): void;
  /** A link on the page of each product, for who has that permission; `text`: locale key. */
  offerProductLink(link: ProductLink): void;
  /** Whoever orders goods tells which are on order: they stay what they are until then. */
  registerOrders(find: FindOrders): void;
  /** What a document took of lots, below zero, or put into them, in the order in which it did. */
  lotsOf(document: Pick<StockDocument, "type" | "id">, tx?: Tx): Promise<DocumentLot[]>;
  /** Whether any product asks for its lot when it comes in. */
  asksLots(): Promise<boolean>;
  /** Takes stock out for a document: all lines or none, rows locked in id order, one ledger movement a line. */
  issue(tx: Tx, order: IssueOrder): Promise<IssueResult>;
  /** As issue, of what is sold: units by their factor, kits part by part, services not at all. A shortage names the part. */
  sell(tx: Tx, order: SellOrder): Promise<SellResult>;
  /** Takes goods back in for a document. What is damaged comes in and goes out again as such, so that the ledger shows both. */
  receive(tx: Tx, order: ReceiptOrder): Promise<void>;
}

export const inventoryRef = serviceRef<Inventory>("inventory");

/** `document`: its type, when there is one, e.g. `sale`. */
export const stockMoved = eventRef<{ storeId: number; productIds: number[]; document?: string }>(
  "inventory.stock_moved",
);
export const productsChanged = eventRef<{ productIds: number[] }>("inventory.products_changed");
