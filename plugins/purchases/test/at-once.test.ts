/** An order that two people deal with at once: received by one and cancelled by the other. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { type Answer, assertEven, buyer } from "./buying.ts";

describe("an order that is cancelled while it is received", () => {
  let shop: Shop;
  let shopping: ReturnType<typeof buyer>;
  let supplier: Answer;
  before(async () => {
    shop = await openShop();
    shopping = buyer(await shop.api("manager"));
    supplier = await shopping.supplier("Distribuidora");
    await shopping.product("CAFE");
  });
  after(() => shop?.close());
  afterEach(() => assertEven(shop));

  const onHand = async () => {
    const { rows } = await shop.db.raw(
      "SELECT sum(i.on_hand_milli)::int AS milli FROM inventory i JOIN products p ON p.id = i.product_id WHERE p.sku = 'CAFE'",
    );
    return rows[0].milli / 1000;
  };

  it("is one of the two, whole, and the other is told", async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 12; round++) {
      const order = await shopping.sent(supplier, [{ code: "CAFE", quantity: "3", cost: "10" }]);
      const before = await onHand();
      const at = `/api/v1/purchases/orders/${order.id}`;
      const receive = () => shopping.post(`${at}/receipts`, { lines: [{ code: "CAFE", quantity: "3" }] });
      const cancel = () => shopping.post(`${at}/cancel`);
      // the one that is asked first often wins: both ways round
      const [came, gone] =
        round % 2 === 0
          ? await Promise.all([receive(), cancel()])
          : (await Promise.all([cancel(), receive()])).toReversed();
      assert.ok(came && gone);
      const { status } = await shopping.read(at);
      seen.add(status);
      if (status === "received") {
        assert.deepEqual([came.status, gone.status, gone.body.code], [201, 409, "ORDER_NOT_OPEN"]);
        assert.equal(await onHand(), before + 3);
      } else {
        assert.equal(status, "cancelled");
        assert.deepEqual([came.status, came.body.code, gone.status], [409, "ORDER_NOT_OPEN", 200], came.text);
        assert.equal(await onHand(), before, "nothing half-posted");
      }
    }
    assert.ok(seen.size > 0);
  });

  it("what came in part stays, however the two meet, and nothing more is awaited", async () => {
    for (let round = 0; round < 6; round++) {
      const order = await shopping.sent(supplier, [{ code: "CAFE", quantity: "3", cost: "10" }]);
      const before = await onHand();
      const at = `/api/v1/purchases/orders/${order.id}`;
      const [came, gone] = await Promise.all([
        shopping.post(`${at}/receipts`, { lines: [{ code: "CAFE", quantity: "1" }] }),
        shopping.post(`${at}/cancel`),
      ]);
      assert.equal(gone.status, 200, gone.text);
      assert.equal((await shopping.read(at)).status, "cancelled");
      assert.equal(await onHand(), before + (came.status === 201 ? 1 : 0));
    }
  });

  it("twenty cancel and twenty receive: it is received at most once", async () => {
    const order = await shopping.sent(supplier, [{ code: "CAFE", quantity: "3", cost: "10" }]);
    const before = await onHand();
    const at = `/api/v1/purchases/orders/${order.id}`;
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        index % 2 === 0
          ? shopping.post(`${at}/receipts`, { lines: [{ code: "CAFE", quantity: "3" }] })
          : shopping.post(`${at}/cancel`),
      ),
    );
    const came = answers.filter(({ status }) => status === 201).length;
    assert.ok(came <= 1);
    assert.equal(await onHand(), before + 3 * came);
    for (const { status, body, text } of answers)
      assert.ok(status < 300 || body.code === "ORDER_NOT_OPEN", `${status} ${text}`);
  });
});
