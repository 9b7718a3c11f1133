/** The address of a database by TCP, where the server may offer a Unix socket as well; of another port of this machine, as of a proxy. */
export function byTcp(url: string, port?: string | number): URL {
  const address = new URL(url);
  address.searchParams.delete("host");
  if (port !== undefined) {
    address.hostname = "127.0.0.1";
    address.port = String(port);
  }
  return address;
}
