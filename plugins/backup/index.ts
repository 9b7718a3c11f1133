/** Backups that prove themselves: made each night, restored on trial, kept for a month, put back by one command. */
import { definePlugin, KERNEL_VERSION } from "../../kernel/plugin.ts";
import { createBackups } from "./backups.ts";
import { backupCommands } from "./commands.ts";
import { config } from "./config.ts";
import { errors } from "./errors.ts";
import { backupCard } from "./home.ts";
import { backupApi } from "./routes/api-v1.ts";
import { backupPages } from "./routes/pages.ts";
import { MAKE, READ } from "./routes/shared.ts";
import { backupJobs } from "./schedule.ts";
import { adoptAside, backUpFirst } from "./upgrading.ts";
import { ageCheck } from "./validation.ts";
import { backupHealth, backupMetrics } from "./watching.ts";

export const plugin = definePlugin({
  name: "backup",
  kernel: KERNEL_VERSION,
  optional: true,
  paths: ["/backups", "/api/v1/backups"],
  restores: ["restore"],
  withoutAsking: (config) =>
    config.BACKUP_BEFORE_UPGRADE ? "BACKUP_BEFORE_UPGRADE=false to do without a backup" : undefined,
  config,
  permissions: {
    [READ.permission]: { roles: ["manager"] },
    [MAKE.permission]: { roles: ["manager"] },
  },
  errors,
  validations: [ageCheck],
  setup(host) {
    const { clock } = host;
    const backups = createBackups(host);
    backupMetrics({ ...host, backups });
    return {
      routes: [...backupPages({ backups, clock }), ...backupApi({ backups })],
      jobs: backupJobs(backups, host.config, clock),
      commands: backupCommands({ ...host, backups }),
      health: () => backupHealth(backups, clock),
      home: [backupCard(backups, clock)],
      nav: [{ key: "backups", path: "/backups", permission: READ.permission, order: 95, rare: true }],
      beforeUpgrade: ({ pending }) => backUpFirst(host, pending),
      start: () => adoptAside(host),
      stop: () => backups.stop(),
    };
  },
});
