/** What the server is told at every start, over whatever stands in its files. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Binaries } from "./binaries.ts";

/**
 * Arguments for `postgres`. Committed means on the disk; nobody but this machine can connect, and only by password.
 * `socket`: the folder of its Unix socket.
 */
export function settings(binaries: Pick<Binaries, "folder">, socket: string | undefined): string[] {
  const values: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: socket ?? "",
    // asks for a password all the same
    unix_socket_permissions: "0700",
    max_connections: "100",
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
    timezone: "UTC",
    log_timezone: "UTC",
    // its lines every few minutes would fill the log of a till that runs for months
    log_checkpoints: "off",
    logging_collector: "off",
    // DETAIL of a refused row holds its values
    log_error_verbosity: "terse",
    log_parameter_max_length: "0",
    shared_preload_libraries: hasLibrary(binaries.folder, "pg_stat_statements") ? "pg_stat_statements" : "",
  };
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

function hasLibrary(folder: string, name: string): boolean {
  return ["so", "dylib", "dll"].some((end) => existsSync(join(folder, "lib", "postgresql", `${name}.${end}`)));
}
