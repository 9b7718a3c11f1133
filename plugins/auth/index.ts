/** People, their sessions, and what they may do. */
import { authenticatorRef } from "../../kernel/http/session.ts";
import { definePlugin, KERNEL_VERSION } from "../../kernel/plugin.ts";
import { readShop } from "../../kernel/settings/shop.ts";
import { createAuthenticator } from "./authenticator.ts";
import { configSchema, setupUrl } from "./config.ts";
import { createDevices } from "./devices.ts";
import { errors } from "./errors.ts";
import { createLockout } from "./lockout.ts";
import { createPasswords } from "./passwords.ts";
import { APPROVE, createPins } from "./pins.ts";
import { createProof } from "./proof.ts";
import { recoverCommand } from "./recover-command.ts";
import { createRecovery } from "./recovery.ts";
import { createRoles } from "./roles.ts";
import { authApi } from "./routes/api-v1/auth.ts";
import { doorsApi } from "./routes/api-v1/doors.ts";
import { pinApi } from "./routes/api-v1/pin.ts";
import { rolesApi } from "./routes/api-v1/roles.ts";
import { sessionsApi } from "./routes/api-v1/sessions.ts";
import { usersApi } from "./routes/api-v1/users.ts";
import { accountPages } from "./routes/pages/account.ts";
import { doorPages } from "./routes/pages/doors.ts";
import { pinPages } from "./routes/pages/pin.ts";
import { rolePages } from "./routes/pages/roles.ts";
import { secondFactorPages } from "./routes/pages/second-factor.ts";
import { sessionPages } from "./routes/pages/sessions.ts";
import { setupPages } from "./routes/pages/setup.ts";
import { signInPages } from "./routes/pages/sign-in.ts";
import { userPages } from "./routes/pages/users.ts";
import { userStoreRoutes } from "./routes/user-stores.ts";
import { createSeal } from "./seal.ts";
import { createSecondFactor } from "./second-factor.ts";
import { signingKeys } from "./secret.ts";
import { createSessions } from "./sessions.ts";
import { createSetup } from "./setup.ts";
import { createSignIn } from "./sign-in.ts";
import { createStrength } from "./strength.ts";
import { createTickets } from "./ticket.ts";
import { signAccess } from "./tokens.ts";
import { createUsers } from "./users.ts";
import { loginCheck } from "./validation.ts";
import { createWorkers } from "./workers.ts";

export const plugin = definePlugin({
  name: "auth",
  kernel: KERNEL_VERSION,
  provides: authenticatorRef,
  config: configSchema,
  permissions: {
    "users.manage": { roles: [], adminOnly: true },
    "roles.manage": { roles: [], adminOnly: true },
    [APPROVE]: { roles: ["manager"] },
  },
  errors,
  validations: [loginCheck],
  async setup({ config, db, cache, clock, audit, log, settings, stores, permissions }) {
    const keys = await signingKeys(config);
    const passwords = createPasswords();
    const sign = (sessionId: string, userId: number) => signAccess(keys[0], clock, sessionId, userId);
    const sessions = createSessions({ db, cache, clock, audit, sign });
    const sealFor = (purpose: string) => createSeal(keys, purpose);
    const lockout = createLockout({ db, audit, clock, seal: sealFor("lockout") });
    const devices = createDevices({ seal: sealFor("device"), clock });
    const tickets = createTickets({ seal: sealFor("ticket"), clock });
    const prove = createProof({ db, audit, passwords, lockout });
    const secondFactor = createSecondFactor({ db, audit, clock, sessions, prove });
    const strength = createStrength({ shopName: async () => (await readShop(settings)).name });
    const signIn = createSignIn({ db, audit, passwords, sessions, lockout, devices, tickets, secondFactor });
    const recovery = createRecovery({ db, audit, clock, passwords, sessions, lockout, secondFactor });
    const users = createUsers({ db, audit, clock, passwords, sessions, strength, prove });
    const url = setupUrl(config);
    const setup = createSetup({ db, audit, clock, log, settings, passwords, sessions, strength, url });
    const roles = createRoles({ db, audit, declared: permissions, sessions });
    const pins = createPins({ db, audit, clock, passwords, lockout, prove, declared: permissions, stores });
    const { ADMIN_USERNAME: username, ADMIN_PASSWORD: password } = config;
    const admin = username && password ? { username, password, fullName: "Administrador" } : undefined;

    return {
      service: createAuthenticator({
        keys,
        clock,
        sessions,
        setup,
        pins,
        users,
        workers: createWorkers({ db, declared: permissions }),
        declared: permissions,
        devices,
        seal: sealFor("approval"),
      }),
      routes: [
        ...setupPages({ setup, devices }),
        ...signInPages({ signIn, sessions, setup }),
        ...accountPages({ users }),
        ...userPages({ users, recovery, stores }),
        ...userStoreRoutes({ db, users, stores }),
        ...rolePages({ roles }),
        ...sessionPages({ users, sessions }),
        ...pinPages({ pins }),
        ...secondFactorPages({ secondFactor }),
        ...doorPages({ recovery }),
        ...doorsApi({ users, secondFactor, recovery }),
        ...authApi({ signIn, sessions }),
        ...usersApi({ users }),
        ...rolesApi({ roles }),
        ...sessionsApi({ users, sessions }),
        ...pinApi({ pins }),
      ],
      nav: [{ key: "users", path: "/users", permission: "users.manage", order: 90, rare: true }],
      jobs: [
        {
          name: "clean-sessions",
          cron: "17 3 * * *",
          run: async ({ log, signal }) => log.info({ gone: await sessions.clean(signal) }, "ended sessions removed"),
        },
        {
          name: "clean-sign-in-failures",
          cron: "27 3 * * *",
          run: async ({ log, signal }) => log.info({ gone: await lockout.clean(signal) }, "old wrong tries forgotten"),
        },
      ],
      commands: [recoverCommand(recovery)],
      start: () => setup.prepare(admin),
    };
  },
});
