/** Signing in by name and password, and by a code where the person has chosen to. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Database } from "../../kernel/db/database.ts";
import type { AppError } from "../../kernel/errors.ts";
import type { Cookie } from "../../kernel/http/reply.ts";
import { DEVICE_COOKIE, type Devices } from "./devices.ts";
import type { Grant, SessionKind, UserSecret } from "./domain.ts";
import { errors } from "./errors.ts";
import { judged, type Lockout, type Turn } from "./lockout.ts";
import type { Passwords } from "./passwords.ts";
import { refreshHash, userToSignIn, userWithSecret } from "./queries/users.ts";
import type { SecondFactor } from "./second-factor.ts";
import type { Sessions } from "./sessions.ts";
import { TICKET_COOKIE, type Tickets } from "./ticket.ts";

export interface Credentials {
  username: string;
  password: string;
}

/** Where a try comes from; `cookie` reads what the browser keeps for us. */
export interface Visitor {
  address: string;
  agent: string;
  cookie(name: string): string | undefined;
}

/** In, with the cookie by which the browser is known from now on; or half way in, with the ticket for the second page. */
export type Entry = { grant: Grant; device: Cookie } | { ticket: Cookie };

export interface SignIn {
  /**
   * Throws INVALID_CREDENTIALS, the same and after the same time whatever was wrong; SIGN_IN_LOCKED, the same for names that
   * nobody has; SIGN_IN_BUSY.
   */
  onPage(credentials: Credentials, visitor: Visitor): Promise<Entry>;
  /** The second page. Undefined: the ticket is over. Throws SECOND_FACTOR_WRONG, SIGN_IN_LOCKED. */
  withCode(code: string, visitor: Visitor): Promise<Extract<Entry, { grant: Grant }> | undefined>;
  /** For a program, all at once. Throws also SECOND_FACTOR_NEEDED, after a right password only, and SECOND_FACTOR_WRONG. */
  program(credentials: Credentials & { totp?: string | undefined }, visitor: Visitor): Promise<Grant>;
  /** Whether this browser stands between the password and the code. */
  isHalfWay(visitor: Visitor): boolean;
}

export interface SignInParts {
  db: Database;
  audit: Auditor;
  passwords: Passwords;
  sessions: Sessions;
  lockout: Lockout;
  devices: Devices;
  tickets: Tickets;
  secondFactor: SecondFactor;
}

type Named = Awaited<ReturnType<typeof userToSignIn>>;

interface Try {
  user: UserSecret | undefined;
  turn: Turn;
  address: string;
  agent: string;
}

export function createSignIn(parts: SignInParts): SignIn {
  const { db, audit, passwords, sessions, lockout, devices, tickets, secondFactor } = parts;

  /** Counts the try. A browser is believed for those who signed in there and are not locked out of the shop. */
  async function begin({ user, folded }: Named, { address, agent, cookie }: Visitor): Promise<Try> {
    const device = devices.read(cookie(DEVICE_COOKIE));
    const deviceId = user?.active && device?.people.includes(user.id) ? device.id : undefined;
    const turn = await lockout.signIn({ userId: user?.id, folded, address, deviceId });
    return { user, turn, address, agent };
  }

  /** What was typed as a name is not kept: people type passwords there. */
  async function refuse({ user, turn, address }: Try, error: AppError): Promise<never> {
    const subject = user ? `user:${user.id}` : "user:unknown";
    await db.transaction(async (tx) => {
      await audit(tx, { action: "login.failed", subject, after: { code: error.code }, address });
      await turn.failed(tx);
    });
    throw error;
  }

  async function checkPassword(tried: Try, password: string): Promise<UserSecret> {
    const { user } = tried;
    const right = await judged(tried.turn, () => passwords.verify(password, user?.passwordHash));
    if (!user || !right || !user.active) return refuse(tried, errors.INVALID_CREDENTIALS());
    return judged(tried.turn, () => freshen(user, password));
  }

  /** The same password under today's cost. */
  async function freshen(user: UserSecret, password: string): Promise<UserSecret> {
    if (!passwords.isStale(user.passwordHash)) return user;
    const passwordHash = await passwords.hash(password);
    await db.transaction((tx) => refreshHash(tx, user.id, user.passwordHash, passwordHash));
    return { ...user, passwordHash };
  }

  async function checkCode(tried: Try, user: UserSecret, code: string): Promise<void> {
    const right = await judged(tried.turn, () => secondFactor.use(user.id, code));
    if (!right) await refuse(tried, errors.SECOND_FACTOR_WRONG());
  }

  async function enter(tried: Try, user: UserSecret, kind: SessionKind): Promise<Grant> {
    const grant = await judged(tried.turn, () =>
      db.transaction(async (tx) => {
        const started = await sessions.start(tx, user, kind, tried);
        if (started) await tried.turn.succeeded(tx);
        return started;
      }),
    );
    // deactivated, or the password changed, while we looked
    return grant ?? refuse(tried, errors.INVALID_CREDENTIALS());
  }

  const entry = (grant: Grant, { cookie }: Visitor) => ({
    grant,
    device: devices.cookieFor(cookie(DEVICE_COOKIE), grant.user.id),
  });

  async function ticketHolder({ cookie }: Visitor): Promise<UserSecret | undefined> {
    const ticket = tickets.read(cookie(TICKET_COOKIE));
    const user = ticket && (await userWithSecret(db.primary, ticket.userId));
    return user?.active && ticket?.isFor(user) ? user : undefined;
  }

  return {
    async onPage({ username, password }, visitor) {
      const tried = await begin(await userToSignIn(db.primary, username.normalize("NFC")), visitor);
      const user = await checkPassword(tried, password);
      if (await judged(tried.turn, () => secondFactor.isOn(user.id))) {
        // not forgiven either: or each right password would buy five more guesses of the code
        await tried.turn.undone();
        return { ticket: tickets.issue(user) };
      }
      return entry(await enter(tried, user, "cookie"), visitor);
    },

    async withCode(code, visitor) {
      const user = await ticketHolder(visitor);
      if (!user) return undefined;
      const tried = await begin({ user, folded: user.username }, visitor);
      await checkCode(tried, user, code);
      return entry(await enter(tried, user, "cookie"), visitor);
    },

    async program({ username, password, totp }, visitor) {
      const tried = await begin(await userToSignIn(db.primary, username.normalize("NFC")), visitor);
      const user = await checkPassword(tried, password);
      if (await judged(tried.turn, () => secondFactor.isOn(user.id))) {
        if (totp === undefined) {
          await tried.turn.undone();
          throw errors.SECOND_FACTOR_NEEDED();
        }
        await checkCode(tried, user, totp);
      }
      return enter(tried, user, "bearer");
    },

    isHalfWay: ({ cookie }) => tickets.read(cookie(TICKET_COOKIE)) !== undefined,
  };
}
