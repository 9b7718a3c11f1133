/** What every page has around its content: language, person, menu, tokens, flash. Views get it merged with their model. */
import { randomUUID } from "node:crypto";
import type { Context } from "koa";
import { LOCALES, type Text } from "../i18n.ts";
import type { NavItem } from "../plugin.ts";
import type { Shop } from "../settings/shop.ts";
import type { Assets } from "./assets.ts";
import { readCookie, writeCookie } from "./cookies.ts";
import { issueToken } from "./csrf.ts";
import type { Flash } from "./reply.ts";
import type { Session } from "./session.ts";

const FLASH = "pos_flash";
export const LANGUAGE_COOKIE = "pos_lang";

const LANGUAGES = LOCALES.map((code) => ({ code, name: `kernel.language.${code}` }));

export interface NavEntry extends NavItem {
  /** what it is called: a key of the texts */
  text: string;
}

export function navEntry(plugin: string, item: NavItem): NavEntry {
  return { ...item, text: `${plugin}.nav.${item.key}` };
}

export interface ShellParts {
  context: Context;
  text: Text;
  shop: Shop;
  inTraining: boolean;
  session: Session | undefined;
  nav: readonly NavEntry[];
  assets: Assets;
  /** path of the page about the own account, when there is one */
  account: string | undefined;
  /** the key of a refused form, so that its second try is the same action */
  key: string | undefined;
}

/** The `it` of every view. Reads (and so uses up) the flash. */
export function shellModel(parts: ShellParts) {
  const { context, text, session } = parts;
  const nav = parts.nav.filter((item) => session?.permissions.has(item.permission)).map((item) => navItem(item, parts));
  const rare = nav.filter((item) => item.rare);
  return {
    t: text.t,
    locale: text.locale,
    shop: parts.shop,
    inTraining: parts.inTraining,
    // where the choice of a language comes back to: a refused form stands at an address that has no page
    path: context.method === "GET" ? context.url : (refererPath(context) ?? "/"),
    user: session && { fullName: session.user.fullName, role: session.user.role, account: parts.account },
    nav,
    menu: {
      daily: nav.filter((item) => !item.rare),
      rare: rare.length === 0 ? undefined : { items: rare, current: rare.some(({ current }) => current) },
    },
    languages: LANGUAGES.map(({ code, name }) => ({ code, label: text.t(name), current: code === text.locale })),
    asset: parts.assets.url,
    csrf: issueToken(context, session?.id),
    key: parts.key ?? randomUUID(),
    flash: takeFlash(context, text),
    styles: [],
    scripts: [],
    form: undefined,
  };
}

/** The page a form stood on, as far as the browser tells; only of our own. */
export function refererPath(context: Context): string | undefined {
  try {
    const url = new URL(context.get("Referer"));
    return url.host === context.host ? url.pathname + url.search : undefined;
  } catch {
    return undefined;
  }
}

function navItem(item: NavEntry, { context, text }: ShellParts) {
  const { path } = context;
  const current = path.startsWith(item.path) && (path.length === item.path.length || path[item.path.length] === "/");
  return { path: item.path, label: text.t(item.text), current, rare: item.rare === true };
}

export function leaveFlash(context: Context, flash: Flash): void {
  const value = Buffer.from(JSON.stringify(flash)).toString("base64url");
  writeCookie(context, { name: FLASH, value, maxAge: 60 });
}

function takeFlash(context: Context, text: Text): { text: string } | undefined {
  const value = readCookie(context, FLASH);
  if (!value) return undefined;
  writeCookie(context, { name: FLASH, value: undefined });
  try {
    const flash = JSON.parse(Buffer.from(value, "base64url").toString()) as Flash;
    // the cookie is the visitor's: only our own sentences are shown
    return typeof flash.text === "string" && text.has(flash.text)
      ? { text: text.t(flash.text, flash.params) }
      : undefined;
  } catch {
    return undefined;
  }
}
