/** Promotions: made, changed, ended, and which of them hold for a cart. */
import type { Auditor } from "../../../kernel/audit.ts";
import { businessDate, type Clock } from "../../../kernel/clock.ts";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../../kernel/errors.ts";
import type { Store, Stores } from "../../../kernel/stores/store.ts";
import type { Customers } from "../../customers/api.ts";
import type { Inventory } from "../../inventory/api.ts";
import type { Cart } from "../domain.ts";
import { errors } from "../errors.ts";
import * as queries from "../queries/promotions.ts";
import { momentOf, type Promotion, type PromotionFacts } from "./promotion.ts";
import type { Rule } from "./taking.ts";

export type Promotions = ReturnType<typeof createPromotions>;

export interface PromotionActor {
  user: { id: number; username: string };
  address: string;
}

export function createPromotions(parts: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  inventory: Inventory;
  stores: Pick<Stores, "shopOf" | "list">;
  customers: Pick<Customers, "groups"> | undefined;
}) {
  const { db, clock, audit, inventory, stores, customers } = parts;

  /** The promotions that hold now in that store for a customer of that group, of these products. */
  async function rules(
    at: { storeId: number; groupId: number | undefined; productIds: readonly number[] },
    tx?: Tx,
  ): Promise<Rule[]> {
    const productIds = [...new Set(at.productIds)];
    if (productIds.length === 0) return [];
    const { timeZone, dayCutoffHour } = await stores.shopOf(at.storeId);
    const now = clock.now();
    const moment = momentOf(now, businessDate(now, timeZone, dayCutoffHour), timeZone);
    const found = await queries.promotionsAt(tx ?? db.primary, { ...at, ...moment, productIds });
    const byCategory = found.some(({ categoryIds }) => categoryIds.length > 0);
    const categories = byCategory ? await inventory.categoriesOf(productIds, tx) : new Map<number, number>();
    return found.map(({ id, name, offer, productIds: own, categoryIds }) => ({
      id,
      name,
      offer,
      productIds:
        own.length + categoryIds.length === 0
          ? undefined
          : new Set(productIds.filter((one) => own.includes(one) || categoryIds.includes(categories.get(one) ?? 0))),
    }));
  }

  /** Throws STORE_NOT_YOURS for a promotion of a store, or of all, in which the person does not work. */
  async function refuseElsewhere(storeIds: readonly number[], among: readonly Store[]): Promise<void> {
    const wanted = storeIds.length > 0 ? storeIds : (await stores.list()).map(({ id }) => id);
    if (!wanted.every((one) => among.some(({ id }) => id === one))) throw kernelErrors.STORE_NOT_YOURS();
  }

  /** Throws a fault of the field that names what is not there. */
  async function refuseUnknown(tx: Tx, facts: PromotionFacts): Promise<void> {
    const [products, categories, groups] = await Promise.all([
      facts.productIds.length > 0 ? inventory.products(facts.productIds, undefined, tx) : new Map(),
      facts.categoryIds.length > 0 ? inventory.categories() : [],
      facts.groupIds.length > 0 ? (customers?.groups() ?? []) : [],
    ]);
    const refuse = (field: string) => fieldFault(field, "UNKNOWN", `pos.promotions.faults.${field}`);
    if (!facts.productIds.every((id) => products.has(id))) throw refuse("product_ids");
    if (!facts.categoryIds.every((id) => categories.some((one) => one.id === id))) throw refuse("category_ids");
    if (!facts.groupIds.every((id) => groups.some((one) => one.id === id))) throw refuse("group_ids");
  }

  async function open(tx: Tx, id: number, among: readonly Store[]): Promise<Promotion> {
    const found = await queries.promotionById(tx, id, true);
    if (!found) throw kernelErrors.NOT_FOUND();
    await refuseElsewhere(found.storeIds, among);
    return found;
  }

  const subject = (id: number) => `promotion:${id}`;

  return {
    rules,

    /** Of a cart as it is; nothing of one whose register is out of use. */
    async ofCart(
      cart: Pick<Cart, "register" | "customer" | "lines" | "status" | "promoted">,
      tx?: Tx,
    ): Promise<Rule[]> {
      const { register, customer, lines, status, promoted } = cart;
      // most shops have none: a scan asks once less
      if (!register || status === "paid" || promoted === false) return [];
      const productIds = lines.map(({ productId }) => productId);
      return rules({ storeId: register.storeId, groupId: customer?.group?.id, productIds }, tx);
    },

    /** There are several: where a promotion holds is a question. */
    manyStores: async () => (await stores.list()).length > 1,

    /** Today in the shop as a whole. */
    async today(): Promise<string> {
      const { timeZone, dayCutoffHour } = await stores.shopOf(undefined);
      return businessDate(clock.now(), timeZone, dayCutoffHour);
    },

    list: (filter: { before: number | undefined; limit: number; today: string; ended: boolean }) =>
      queries.listPromotions(db.replica, filter),

    /** Throws NOT_FOUND. */
    async find(id: number): Promise<Promotion> {
      const found = await queries.promotionById(db.primary, id);
      if (!found) throw kernelErrors.NOT_FOUND();
      return found;
    },

    /** `among`: the stores in which the person works. Throws STORE_NOT_YOURS and faults of fields. */
    async create(tx: Tx, actor: PromotionActor, facts: PromotionFacts, among: readonly Store[]): Promise<number> {
      await refuseElsewhere(facts.storeIds, among);
      await refuseUnknown(tx, facts);
      const id = await queries.insertPromotion(tx, facts, clock.now());
      await audit(tx, { ...actor, action: "promotion.created", subject: subject(id), after: said(facts) });
      return id;
    },

    /** What was sold stays as it was sold. Throws NOT_FOUND, STORE_NOT_YOURS, PROMOTION_ENDED, PROMOTION_CHANGED, faults. */
    async update(
      tx: Tx,
      actor: PromotionActor,
      { id, version }: { id: number; version: number | undefined },
      facts: PromotionFacts,
      among: readonly Store[],
    ): Promise<void> {
      const before = await open(tx, id, among);
      if (before.endedAt) throw errors.PROMOTION_ENDED();
      if (version !== undefined && version !== before.version) throw errors.PROMOTION_CHANGED();
      await refuseElsewhere(facts.storeIds, among);
      await refuseUnknown(tx, facts);
      await queries.updatePromotion(tx, id, facts);
      const change = { before: said(before), after: said(facts) };
      await audit(tx, { ...actor, action: "promotion.updated", subject: subject(id), ...change });
    },

    /** From now on it takes nothing; ended once, it stays so. Throws NOT_FOUND, STORE_NOT_YOURS. */
    async end(tx: Tx, actor: PromotionActor, id: number, among: readonly Store[]): Promise<void> {
      const before = await open(tx, id, among);
      if (before.endedAt) return;
      await queries.endPromotion(tx, id, clock.now());
      await audit(tx, { ...actor, action: "promotion.ended", subject: subject(id), after: { name: before.name } });
    },
  };
}

function said({ name, offer, productIds, categoryIds, storeIds, groupIds, ...when }: PromotionFacts) {
  return {
    name,
    kind: offer.kind,
    ...(offer.kind === "n_for_m" ? { take: offer.take, pay: offer.pay } : { percent_bp: offer.bp }),
    ...(offer.kind === "quantity" ? { from_milli: offer.fromMilli } : {}),
    products: productIds,
    categories: categoryIds,
    stores: storeIds,
    groups: groupIds,
    weekdays: when.weekdays,
    starts_on: when.startsOn,
    ends_on: when.endsOn ?? null,
    hours: when.hours ? `${when.hours.from}-${when.hours.to}` : null,
  };
}
