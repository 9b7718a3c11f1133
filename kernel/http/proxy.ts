/**
 * Whom we believe about who is asking. Only what a trusted proxy says in X-Forwarded-* and X-Request-Id is kept; from anybody
 * else these headers are removed before anything reads them, so that no visitor chooses the own address, scheme or host.
 */
import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

/** false: nobody; true: whoever connects is the proxy; else the peers that are */
export type ProxyTrust = boolean | readonly ProxyRange[];

export interface ProxyRange {
  network: string;
  prefix: number;
  family: "ipv4" | "ipv6";
}

const LOOPBACK: readonly ProxyRange[] = [
  { network: "127.0.0.0", prefix: 8, family: "ipv4" },
  { network: "::1", prefix: 128, family: "ipv6" },
];
const TOLD_BY_PROXIES = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-request-id", "forwarded"];
const TOLD_BY_ANY = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip", "forwarded", "via"];

/** `10.0.0.0/8, ::1, loopback` as ranges; undefined when a part is none of these. */
export function readProxyTrust(text: string): ProxyTrust | undefined {
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  const ranges = text.split(",").map((part) => rangesOf(part.trim()));
  return ranges.every((one) => one !== undefined) ? ranges.flat() : undefined;
}

function rangesOf(part: string): readonly ProxyRange[] | undefined {
  if (part === "loopback") return LOOPBACK;
  const [network = "", length, ...rest] = part.split("/");
  const family = isIP(network);
  if (family === 0 || rest.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return undefined;
  const bits = family === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  return prefix <= bits ? [{ network, prefix, family: family === 4 ? "ipv4" : "ipv6" }] : undefined;
}

/**
 * Leaves in a request's headers only what is to be believed, with one value each. Tells whether nobody stood between: a proxy that
 * is not known as one, or writes what cannot be read, has an address of this machine too.
 */
export function createProxyFilter(trust: ProxyTrust): (request: IncomingMessage) => boolean {
  const believed = believer(trust);
  return ({ headers, socket }) => {
    const direct = TOLD_BY_ANY.every((name) => headers[name] === undefined);
    const peer = plain(socket.remoteAddress ?? "");
    if (trust === false || (trust !== true && !believed(peer))) {
      for (const name of TOLD_BY_PROXIES) delete headers[name];
      return direct;
    }
    const client = clientOf(listOf(headers["x-forwarded-for"]), trust === true ? () => false : believed);
    if (client === undefined) delete headers["x-forwarded-for"];
    else headers["x-forwarded-for"] = client;
    // what the nearest proxy adds stands last; what stands before it came from outside
    for (const name of ["x-forwarded-proto", "x-forwarded-host"]) {
      const last = listOf(headers[name]).at(-1);
      if (last === undefined) delete headers[name];
      else headers[name] = last;
    }
    return direct;
  };
}

/** From the right, the first that is no proxy of ours: whatever stands left of it was written by a stranger. */
function clientOf(chain: readonly string[], believed: (address: string) => boolean): string | undefined {
  let client: string | undefined;
  for (const entry of chain.toReversed()) {
    const address = plain(entry.replace(/^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/, "$1$2"));
    if (isIP(address) === 0) return client;
    client = address;
    if (!believed(address)) return client;
  }
  return client;
}

const NAMES_OF_THIS_MACHINE = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Asked on this machine, of this machine, with nobody in between. The address alone does not tell: a page from elsewhere whose name is made to
 * lead here has a browser of this machine ask, but under that name.
 */
export function isAskedHere({
  address,
  direct,
  origin,
}: {
  address: string;
  direct: boolean;
  origin: string;
}): boolean {
  const name = URL.canParse(origin) ? new URL(origin).hostname : "";
  return direct && /^(?:::ffff:)?127\.|^::1$/.test(address) && NAMES_OF_THIS_MACHINE.includes(name);
}

/** Whether a peer of a socket is one of the proxies. */
export function createProxyTest(trust: ProxyTrust): (address: string) => boolean {
  const believed = believer(trust);
  return (address) => trust === true || believed(plain(address));
}

function believer(trust: ProxyTrust): (address: string) => boolean {
  const list = new BlockList();
  if (typeof trust !== "boolean")
    for (const { network, prefix, family } of trust) list.addSubnet(network, prefix, family);
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
}

function listOf(header: string | string[] | undefined): string[] {
  return [header ?? []]
    .flat()
    .flatMap((line) => line.split(","))
    .map((part) => part.trim())
    .filter(Boolean);
}

/** An IPv4 peer of a socket that also takes IPv6 shows as `::ffff:10.0.0.1`. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "").replace(/%.*$/, "");
}
