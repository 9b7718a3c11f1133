/** Sales rung by programs: their items become lines, their prices and discounts are checked like a cashier's. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Tx } from "../../kernel/db/database.ts";
import { formatDecimal } from "../../kernel/decimal.ts";
import { approvalNeeded, fieldFault } from "../../kernel/errors.ts";
import { currencyDigits, sum } from "../../kernel/money.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import { fold } from "../../kernel/text.ts";
import type { Inventory, SellableProduct, SellableUnit } from "../inventory/api.ts";
import type { Buyers } from "./buyers.ts";
import type { Till } from "./carts.ts";
import { DISCOUNT, type DiscountActor, type Discounts } from "./discounts.ts";
import type { Payment, Sale } from "./domain.ts";
import { errors } from "./errors.ts";
import type { GroupPrices } from "./group-prices.ts";
import { type Order, type Post, priced } from "./posting.ts";
import { auditPrice, type PriceActor, type PriceChange } from "./prices.ts";
import type { Discount, LinePrice } from "./pricing.ts";
import type { Promotions } from "./promotions/promotions.ts";
import { registerById, registerToUse } from "./queries/carts.ts";
import { type FindCode, type Found, soldAs } from "./scanning.ts";

export interface NewSale {
  items: {
    productId?: number | undefined;
    code?: string | undefined;
    /** name of a unit of the product; undefined: the code's, or its own */
    unit?: string | undefined;
    quantityMilli: number;
    unitPriceMinor?: number | undefined;
    /** why it is another price than the list's */
    priceReason?: string | undefined;
    discountMinor?: number | undefined;
    discountReason?: string | undefined;
    note?: string | undefined;
  }[];
  note?: string | undefined;
  /** of the whole sale */
  discountMinor?: number | undefined;
  discountReason?: string | undefined;
  payments: Payment[];
  customerId?: number | undefined;
  registerId?: number | undefined;
  expectedTotalMinor?: number | undefined;
}

export interface ProgramSales {
  /** Throws APPROVAL_NEEDED for a price or a discount of somebody who may not give it, and what Post throws. */
  post(tx: Tx, sale: NewSale, by: DiscountActor & { mayChangePrice: boolean; till: Till }, shop: Shop): Promise<Sale>;
}

export function createProgramSales(parts: {
  inventory: Inventory;
  find: FindCode;
  audit: Auditor;
  discounts: Pick<Discounts, "checkLimit" | "isBeyond">;
  buyers: Buyers;
  groupPrices: Pick<GroupPrices, "ofGroup">;
  promotions: Pick<Promotions, "rules">;
  post: Post;
}): ProgramSales {
  const { inventory, find, audit, discounts, buyers, groupPrices, promotions, post } = parts;

  /** Throws a fault of `customer_id`. */
  async function buyer(tx: Tx, id: number | undefined) {
    if (id === undefined) return undefined;
    const card = await buyers.card(id, tx);
    if (!card) throw fieldFault("customer_id", "CUSTOMER_UNKNOWN", "pos.validation.customer_unknown");
    return card;
  }

  /** Of a program: each line's own, then the sale's. */
  async function checkDiscounts(lines: readonly LinePrice[], sale: NewSale, by: DiscountActor): Promise<void> {
    const own = sale.items.flatMap(({ discountMinor = 0 }, index) => {
      const ofMinor = lines[index]?.grossMinor ?? 0;
      return discountMinor > 0 ? [{ takenMinor: Math.min(discountMinor, ofMinor), ofMinor }] : [];
    });
    const grossMinor = sum(lines.map((line) => line.grossMinor));
    const whole = sale.discountMinor
      ? [{ takenMinor: Math.min(sale.discountMinor, grossMinor), ofMinor: grossMinor }]
      : [];
    if (whole.length > 0 && sale.discountReason === undefined)
      throw fieldFault("discount_reason", "REASON_NEEDED", "kernel.validation.required");
    await discounts.checkLimit([...own, ...whole], by.mayGiveAny);
    const taken = (given: { takenMinor: number }[]) => given.map(({ takenMinor }) => takenMinor);
    if (!by.mayGiveAny && (await discounts.isBeyond(taken(own), sum(taken(whole)), grossMinor)))
      throw approvalNeeded(DISCOUNT);
  }

  async function auditDiscounts(tx: Tx, posted: Sale, sale: NewSale, by: DiscountActor): Promise<void> {
    const said = (amountMinor: number | undefined, reason: string | undefined, of: object) =>
      amountMinor
        ? [
            {
              after: { ...of, amount_minor: amountMinor, ...approved(by) },
              ...(reason === undefined ? {} : { reason }),
            },
          ]
        : [];
    const entries = [
      ...sale.items.flatMap((item, index) =>
        said(item.discountMinor, item.discountReason, { sku: posted.lines[index]?.sku }),
      ),
      ...said(sale.discountMinor, sale.discountReason, {}),
    ];
    const about = { user: by.seller, action: "discount.given", subject: `sale:${posted.id}`, address: by.address };
    for (const entry of entries) await audit(tx, { ...about, ...entry });
  }

  return {
    async post(tx, sale, by, shop) {
      const { registerId } = sale;
      // a request about no store names a register that is not there
      const { storeId } = shop;
      if (storeId === undefined) throw unknownRegister();
      const customer = await buyer(tx, sale.customerId);
      const groupId = customer?.group?.id;
      const ids = [...new Set(sale.items.flatMap(({ productId }) => productId ?? []))];
      const rulesOf = (productIds: number[]) => promotions.rules({ storeId, groupId, productIds }, tx);
      // at once: they leave in one write, and none of them holds what others wait for
      const [register, known, rulesById] = await Promise.all([
        registerId === undefined ? registerToUse(tx, by.till) : registerById(tx, registerId),
        ids.length > 0 ? inventory.products(ids, storeId, tx) : new Map(),
        sale.items.every(({ productId }) => productId !== undefined) ? rulesOf(ids) : undefined,
      ]);
      if (!register) throw unknownRegister();
      const forBuyer: Reprice = (products) => groupPrices.ofGroup(groupId, products, storeId, tx);
      const { lines, changes } = await linesOf(tx, { inventory, find, storeId, forBuyer, known }, sale.items);
      if (changes.length > 0 && !by.mayChangePrice) throw approvalNeeded("pos.change_price");
      const discount: Discount | undefined = sale.discountMinor
        ? { kind: "amount", minor: sale.discountMinor }
        : undefined;
      const rules = rulesById ?? (await rulesOf(lines.map(({ productId }) => productId)));
      const { lines: ringed, totals } = priced(lines, discount, rules);
      await checkDiscounts(ringed, sale, by);
      const { totalMinor } = totals;
      const text = (minor: number) => formatDecimal(minor, currencyDigits(shop.currency));
      if (sale.expectedTotalMinor !== undefined && sale.expectedTotalMinor !== totalMinor) {
        throw errors.TOTAL_MISMATCH({
          data: { expected_total: text(sale.expectedTotalMinor), total: text(totalMinor) },
        });
      }
      const order = {
        register,
        lines,
        payments: sale.payments,
        cartId: undefined,
        customer,
        note: sale.note,
        discount,
        rules,
        referenceField: (index: number) => `payments.${index}.reference`,
      };
      const posted = await post(tx, order, by.seller, shop);
      for (const change of changes) await auditPrice(audit, tx, `sale:${posted.id}`, change, by);
      await auditDiscounts(tx, posted, sale, by);
      return posted;
    },
  };
}

const unknownRegister = () => fieldFault("register_id", "REGISTER_UNKNOWN", "pos.validation.register_unknown");

const ONE_MILLI = 1000;

type Reprice = <P extends SellableProduct>(products: readonly P[]) => Promise<P[]>;

/** The lines, and which of them have a price by hand. */
async function linesOf(
  tx: Tx,
  parts: {
    inventory: Inventory;
    find: FindCode;
    storeId: number;
    forBuyer: Reprice;
    /** those that are named by id */
    known: Awaited<ReturnType<Inventory["products"]>>;
  },
  items: NewSale["items"],
): Promise<{ lines: Order["lines"]; changes: PriceChange[] }> {
  const { inventory, find, storeId, forBuyer, known } = parts;
  const byId = new Map((await forBuyer([...known.values()])).map((one) => [one.id, one]));
  const byCode = new Map<string, Found | undefined>();
  for (const code of new Set(items.flatMap(({ productId, code }) => (productId === undefined && code ? [code] : [])))) {
    const found = await find(code, storeId, tx);
    const [product] = found ? await forBuyer([found.product]) : [];
    byCode.set(code, found && product ? { ...found, product } : undefined);
  }
  const named = items.some(({ unit }) => unit !== undefined);
  const all = [...known.keys(), ...[...byCode.values()].flatMap((found) => (found ? [found.product.id] : []))];
  const units = named ? await inventory.units(all, storeId, tx) : new Map<number, SellableUnit[]>();
  const changes: PriceChange[] = [];
  const lines = items.map((item, index) => {
    const label = item.productId === undefined ? byCode.get(item.code ?? "") : undefined;
    const found = label?.product ?? (item.productId === undefined ? undefined : byId.get(item.productId));
    if (!found || ("active" in found && !found.active)) {
      const field = item.productId === undefined ? "code" : "product_id";
      throw fieldFault(`items.${index}.${field}`, "PRODUCT_UNKNOWN", "pos.validation.product_unknown");
    }
    if (found.kind === "parent") {
      const field = `items.${index}.${item.productId === undefined ? "code" : "product_id"}`;
      throw fieldFault(field, "PARENT_NOT_SOLD", "pos.validation.parent_not_sold", { name: found.name });
    }
    if (!found.priced)
      throw errors.NO_PRICE({ params: { name: found.name }, data: { line: index + 1, product_id: found.id } });
    const sold = soldAs(found, unitOf(item.unit, found, label?.unit, units.get(found.id), `items.${index}.unit`));
    const listMinor = sold.unitPriceMinor;
    if (item.discountMinor && item.discountReason === undefined)
      throw fieldFault(`items.${index}.discount_reason`, "REASON_NEEDED", "kernel.validation.required");
    // a label says how much it is of and what that costs: three of them are three labels
    if (label?.quantityMilli !== undefined && item.quantityMilli !== ONE_MILLI)
      throw fieldFault(`items.${index}.quantity`, "LABEL_FIXED", "pos.validation.label_quantity");
    if (label?.labelMinor !== undefined && item.unitPriceMinor !== undefined && item.unitPriceMinor !== listMinor)
      throw errors.LABEL_FIXED({ params: { name: found.name }, data: { line: index + 1, product_id: found.id } });
    const unitPriceMinor = item.unitPriceMinor ?? listMinor;
    if (unitPriceMinor !== listMinor) {
      const { priceReason: reason } = item;
      // without a reason the program only had an old price
      if (reason === undefined)
        throw errors.PRICE_MISMATCH({ params: { name: found.name }, data: { line: index + 1, product_id: found.id } });
      changes.push({
        sku: found.sku,
        quantityMilli: label?.quantityMilli ?? item.quantityMilli,
        beforeMinor: listMinor,
        afterMinor: unitPriceMinor,
        reason,
      });
    }
    return {
      productId: found.id,
      sku: found.sku,
      name: found.name,
      unit: sold.unit,
      factorMilli: sold.factorMilli,
      quantityMilli: label?.quantityMilli ?? item.quantityMilli,
      labelMinor: label?.labelMinor,
      unitPriceMinor,
      listPriceMinor: unitPriceMinor === listMinor ? undefined : listMinor,
      taxRateBp: found.taxRateBp,
      taxKind: found.taxKind,
      note: item.note,
      discount: item.discountMinor ? { kind: "amount" as const, minor: item.discountMinor } : undefined,
    };
  });
  return { lines, changes };
}

/** The unit that was named, else that of the code; undefined: the product's own. Throws a fault of the field. */
function unitOf(
  name: string | undefined,
  product: SellableProduct,
  ofCode: SellableUnit | undefined,
  units: readonly SellableUnit[] | undefined,
  field: string,
): SellableUnit | undefined {
  if (name === undefined) return ofCode;
  const [wanted, own] = [fold(name), fold(product.unit)];
  const unit = units?.find((one) => fold(one.name) === wanted);
  if (!unit && wanted !== own) throw fieldFault(field, "UNIT_UNKNOWN", "pos.validation.unit_unknown", { unit: name });
  return unit;
}

function approved({ approvedBy }: PriceActor) {
  return approvedBy === undefined ? {} : { approved_by: approvedBy };
}
