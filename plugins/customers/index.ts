/** Customers and what they owe the shop. */
import { LOCALES } from "../../kernel/i18n.ts";
import { createImports, importRequested } from "../../kernel/lists/imports.ts";
import { listRoutes } from "../../kernel/lists/routes.ts";
import type { PostOffice } from "../../kernel/mail.ts";
import { definePlugin, KERNEL_VERSION } from "../../kernel/plugin.ts";
import { createStatements } from "./accounts/statements.ts";
import { type CustomerAction, type CustomerCardOnPage, type CustomerRecords, customersRef } from "./api.ts";
import { createCustomers, createService } from "./customers.ts";
import { createDuplicates } from "./duplicates.ts";
import { errors } from "./errors.ts";
import { createExport } from "./export.ts";
import { createGroups } from "./groups.ts";
import { customerList } from "./import/list.ts";
import { invariants } from "./invariants.ts";
import { ledgers } from "./ledgers.ts";
import { createMerging } from "./merging.ts";
import { createPeople } from "./people/people.ts";
import { createPrivacy } from "./people/privacy.ts";
import { retentionMonths } from "./people/settings.ts";
import { createPoints } from "./points/points.ts";
import { pointsEarn, pointsMinimum, pointsValue } from "./points/settings.ts";
import { createReminders, REMINDER } from "./reminders/reminders.ts";
import { reminderDays, reminderHours } from "./reminders/settings.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { customersApi } from "./routes/api-v1.ts";
import { exportRoutes } from "./routes/export.ts";
import { groupPages, groupsApi } from "./routes/groups.ts";
import { mergeRoutes } from "./routes/merging.ts";
import { customerPages } from "./routes/pages.ts";
import { peopleRoutes } from "./routes/people.ts";
import { pointRoutes } from "./routes/points.ts";
import { privacyRoutes } from "./routes/privacy.ts";
import { reminderRoutes } from "./routes/reminders.ts";
import { ADJUST_POINTS, CREDIT, ERASE, EXPORT, GROUPS, IMPORT, MERGE, REMIND } from "./routes/shared.ts";

export const plugin = definePlugin({
  name: "customers",
  kernel: KERNEL_VERSION,
  provides: customersRef,
  permissions: {
    "customers.read": { roles: ["manager", "employee"] },
    "customers.manage": { roles: ["manager", "employee"] },
    [ADJUST_POINTS]: { roles: ["manager"] },
    [REMIND]: { roles: ["manager"] },
    [MERGE]: { roles: ["manager"] },
    [ERASE]: { roles: ["manager"] },
    [CREDIT]: { roles: ["manager"] },
    [GROUPS]: { roles: ["manager"] },
    [IMPORT]: { roles: ["manager"] },
    [EXPORT]: { roles: ["manager"] },
  },
  settings: [pointsEarn, pointsValue, pointsMinimum, reminderDays, reminderHours, retentionMonths],
  errors,
  emits: [importRequested("customers")],
  setup(host) {
    const register = createCustomers(host);
    const actions: CustomerAction[] = [];
    const cards: CustomerCardOnPage[] = [];
    const records: CustomerRecords[] = [];
    const groups = createGroups(host);
    const points = createPoints(host);
    const merging = createMerging(host);
    const people = createPeople(host);
    const privacy = createPrivacy({ ...host, records });
    const nobody = (id: number) => host.texts[LOCALES[0]].t("customers.privacy.nobody", { id: String(id) });
    const imports = createImports(host, [customerList(host)]);
    const statements = createStatements(host);
    let office: PostOffice | undefined;
    const reminders = createReminders({ ...host, statements, office: () => office });
    const mailThrough = (brought: PostOffice) => {
      brought.writeBy(REMINDER, reminders.writer);
      office = brought;
    };
    const parts = { register, merging, cards, groups, actions, transaction: host.db.transaction };
    return {
      service: createService(register, host, { actions, cards, records, mailThrough }, points),
      routes: [
        ...customerPages(parts),
        ...customersApi(parts),
        ...groupPages(parts),
        ...groupsApi(parts),
        ...accountRoutes({ register, statements, reminders, clock: host.clock }),
        ...reminderRoutes({ ...parts, reminders }),
        ...listRoutes(imports),
        ...exportRoutes(createExport(host)),
        ...pointRoutes({ register, points }),
        ...mergeRoutes({ register, merging, duplicates: createDuplicates(host) }),
        ...peopleRoutes({ ...parts, people }),
        ...privacyRoutes({ ...parts, privacy }),
      ],
      on: [imports.subscription],
      ledgers,
      invariants,
      jobs: [
        {
          name: "forget-inactive-customers",
          cron: "23 4 * * *",
          run: async ({ log, signal }) =>
            log.info({ customers: await privacy.eraseInactive(nobody, signal) }, "forgotten"),
        },
      ],
      nav: [
        { key: "customers", path: "/customers", permission: "customers.read", order: 28 },
        { key: "receivables", path: "/receivables", permission: "customers.read", order: 93, rare: true },
      ],
    };
  },
});
