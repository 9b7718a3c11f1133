/** What of the till stands in the menu. */
import type { NavItem } from "../../kernel/plugin.ts";
import { SEE_LOSS } from "./api.ts";
import { WRITE_MESSAGES } from "./routes/messages.ts";
import { MANAGE_PROMOTIONS } from "./routes/promotions.ts";
import { MANAGE_REGISTERS } from "./routes/registers.ts";
import { MANAGE_TENDERS } from "./routes/tenders.ts";

export function navigation({ hasCustomers }: { hasCustomers: boolean }): NavItem[] {
  return [
    { key: "register", path: "/pos", permission: "pos.sell", order: 10 },
    { key: "sales", path: "/sales", permission: "sales.read", order: 20 },
    { key: "shifts", path: "/shifts", permission: "shifts.use", order: 25 },
    { key: "vouchers", path: "/vouchers", permission: "pos.sell", order: 94, rare: true },
    { key: "loss", path: "/loss", permission: SEE_LOSS, order: 93, rare: true },
    { key: "registers", path: "/registers", permission: MANAGE_REGISTERS, order: 93, rare: true },
    ...(hasCustomers
      ? [{ key: "group_prices", path: "/group-prices", permission: "inventory.manage", order: 93, rare: true }]
      : []),
    { key: "promotions", path: "/promotions", permission: MANAGE_PROMOTIONS, order: 93, rare: true },
    { key: "messages", path: "/messages", permission: WRITE_MESSAGES, order: 93, rare: true },
    { key: "tenders", path: "/tenders", permission: MANAGE_TENDERS, order: 94, rare: true },
    { key: "printers", path: "/printers", permission: "pos.sell", order: 95, rare: true },
  ];
}
