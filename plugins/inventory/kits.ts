/** Kits and combos: a product made of others. Selling one takes its parts; its cost is theirs. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { formatDecimal, QUANTITY_SCALE } from "../../kernel/decimal.ts";
import { fieldFault } from "../../kernel/errors.ts";
import type { Emit } from "../../kernel/events/event.ts";
import { productsChanged } from "./api.ts";
import type { Actor, Product } from "./domain.ts";
import { errors } from "./errors.ts";
import { AS_PART, type Holds } from "./holds.ts";
import * as queries from "./queries/kits.ts";
import { productById, productForUpdate, setKind, touchProduct } from "./queries/products.ts";

/** kits within kits; more is a mistake, and a sale must open them all */
const MOST_DEPTH = 3;

export interface WantedPart {
  productId: number;
  quantityMilli: number;
}
export type FieldOf = (index: number, field: "product_id" | "quantity") => string;

export type Kits = ReturnType<typeof createKits>;

export function createKits(host: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  emit: Emit;
  holds: Pick<Holds, "refuse">;
}) {
  const { db, clock, audit, emit, holds } = host;
  /**
   * Makes the parts what `change` says: with some it is a kit, without any it is goods again. Throws PRODUCT_UNKNOWN,
   * what holds it, KIND_FIXED, KIT_CIRCULAR with the way, KIT_TOO_DEEP, and faults of the fields.
   */
  async function set(
    tx: Tx,
    actor: Actor,
    kitId: number,
    change: (now: queries.KitPart[]) => WantedPart[],
    field: FieldOf,
  ): Promise<void> {
    await queries.lockKits(tx);
    const kit = await productForUpdate(tx, kitId);
    if (!kit) throw errors.PRODUCT_UNKNOWN();
    const now = await queries.partsOf(tx, kitId, undefined);
    const wanted = change(now);
    await mayBeKit(tx, kit, holds);
    for (const [index, part] of wanted.entries())
      await refusePart(tx, kit, part, field(index, "product_id"), wanted, index);
    await queries.replaceParts(tx, kitId, wanted);
    if ((await queries.depthAround(tx, kitId)) > MOST_DEPTH)
      throw errors.KIT_TOO_DEEP({ params: { name: kit.name, limit: MOST_DEPTH } });
    const kind = wanted.length > 0 ? "kit" : kit.kind === "kit" ? "goods" : kit.kind;
    if (kind !== kit.kind) await setKind(tx, kitId, kind);
    const after = await queries.partsOf(tx, kitId, undefined);
    if (said(now) === said(after)) return;
    await touchProduct(tx, kitId, clock.now());
    await audit(tx, {
      ...actor,
      action: "product.parts_set",
      subject: `product:${kitId}`,
      before: { parts: said(now) },
      after: { parts: said(after) },
    });
    await emit(tx, productsChanged, { productIds: [kitId] });
  }

  return {
    of: (kitId: number, storeId?: number) => queries.partsOf(db.primary, kitId, storeId),
    set: (tx: Tx, actor: Actor, kitId: number, parts: readonly WantedPart[]) =>
      set(
        tx,
        actor,
        kitId,
        () => [...parts],
        (index, name) => `parts.${index}.${name}`,
      ),
    /** One more, or another quantity of one that is there. */
    put: (tx: Tx, actor: Actor, kitId: number, part: WantedPart) =>
      set(
        tx,
        actor,
        kitId,
        (now) => [part, ...now.filter(({ productId }) => productId !== part.productId)],
        (_, name) => (name === "product_id" ? "code" : name),
      ),
    remove: (tx: Tx, actor: Actor, kitId: number, productId: number) =>
      set(
        tx,
        actor,
        kitId,
        (now) => now.filter((part) => part.productId !== productId),
        (_, name) => name,
      ),
  };
}

async function mayBeKit(tx: Tx, product: Product, holds: Pick<Holds, "refuse">): Promise<void> {
  const { kind, name } = product;
  if (kind === "kit") return;
  if (kind === "parent" || kind === "service") throw errors.KIND_FIXED({ params: { name } });
  await holds.refuse(tx, product, AS_PART);
}

async function refusePart(
  tx: Tx,
  kit: Product,
  part: WantedPart,
  field: string,
  wanted: readonly WantedPart[],
  index: number,
): Promise<void> {
  const product = await productById(tx, part.productId);
  const isTwice = wanted.findIndex(({ productId }) => productId === part.productId) !== index;
  if (!product || isTwice)
    throw fieldFault(
      field,
      "PRODUCT_UNKNOWN",
      isTwice ? "inventory.validation.part_twice" : "inventory.errors.PRODUCT_UNKNOWN",
    );
  if (product.kind === "parent")
    throw fieldFault(field, "PARENT_NOT_SOLD", "inventory.validation.part_parent", { name: product.name });
  const circle = await queries.circleThrough(tx, kit.id, part.productId);
  if (circle) {
    const path = [kit.name, ...circle];
    throw errors.KIT_CIRCULAR({ params: { path: path.join(" → ") }, data: { path } });
  }
}

/** As the trail tells it. */
function said(parts: readonly queries.KitPart[]): string {
  return parts
    .map(
      ({ name, sku, unit, quantityMilli }) =>
        `${formatDecimal(quantityMilli, QUANTITY_SCALE)} ${unit} ${name} (${sku})`,
    )
    .join("; ");
}
