/** Where a printer may be: whoever names a host makes this server connect to it. */
import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

const LOCAL = new BlockList();
for (const [net, bits] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["127.0.0.0", 8],
] as const)
  LOCAL.addSubnet(net, bits, "ipv4");
LOCAL.addSubnet("fc00::", 7, "ipv6");
LOCAL.addAddress("::1", "ipv6");

/** An address of the shop's own network or of this machine, or a name: never a public or link-local address. What a name leads to is judged when it is asked. */
export function isPrinterHost(host: string): boolean {
  if (isIP(host) !== 0) return isLocal(host);
  // a name whose last part is a number would be read as an address in another spelling
  return /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*(?!\d+$|0x)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.?$/i.test(
    host,
  );
}

const isLocal = (address: string) => LOCAL.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");

/** For `connect`: of what a name leads to, the addresses where a printer may be. The fault names no other: whoever wrote the name learns nothing by it. */
export const lookUpLocal: LookupFunction = (name, options, done) => {
  lookup(name, { ...options, all: true }, (error, found) => {
    if (error) return done(error, "");
    const local = found.filter(({ address }) => isLocal(address));
    const [first] = local;
    if (!first) return done(new Error("the name is of no address in the shop's network"), "");
    if (options.all) return done(null, local);
    done(null, first.address, first.family);
  });
};
