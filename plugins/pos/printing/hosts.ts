/** Where a printer may be: whoever names a host makes this server connect to it. */
import { BlockList, isIP } from "node:net";

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

/** An address of the shop's own network or of this machine, or a name: never a public or link-local address. */
export function isPrinterHost(host: string): boolean {
  const family = isIP(host);
  if (family !== 0) return LOCAL.check(host, family === 4 ? "ipv4" : "ipv6");
  // a name whose last part is a number would be read as an address in another spelling
  return /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*(?!\d+$|0x)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.?$/i.test(
    host,
  );
}
