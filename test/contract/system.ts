/** Systems of a test's own making: a kernel with exactly these plugins on a database of their own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FoundPlugin } from "../../kernel/discover.ts";
import { type Kernel, type KernelOptions, startKernel } from "../../kernel/kernel.ts";
import { KERNEL_VERSION, type Plugin } from "../../kernel/plugin.ts";
import { type LogLine, memoryLog } from "../harness/log.ts";
import { testDatabase } from "../harness/postgres.ts";
import { CALM } from "../harness/shop.ts";

export interface System {
  kernel: Kernel;
  lines: LogLine[];
  get(path: string, headers?: Record<string, string>): Promise<{ status: number; text: string }>;
  close(): Promise<void>;
}

/** A plugin of which only what matters to the test is said. */
export function plugin(name: string, rest: Partial<Plugin> = {}): Plugin {
  return { name, kernel: KERNEL_VERSION, setup: () => ({}), ...rest };
}

/** As discovery finds it; without a folder it has no views, texts and migrations. */
export function found(definition: Plugin, folder = join(import.meta.dirname, "no-such-folder")): FoundPlugin {
  return { definition, folder, codeFolder: folder };
}

export interface SystemOptions extends Partial<KernelOptions> {
  /** a database that was there before; it is not dropped in the end */
  url?: string;
}

export async function openSystem(plugins: FoundPlugin[], options: SystemOptions = {}): Promise<System> {
  const { url, env, ...rest } = options;
  const folder = await mkdtemp(join(tmpdir(), "pos-odata-system-"));
  const database = url === undefined ? await testDatabase() : { url, drop: async () => {} };
  const clean = async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  };
  const { log, lines } = memoryLog();
  try {
    const kernel = await startKernel({ ...CALM, log, plugins, ...rest, env: environment(database.url, folder, env) });
    return {
      kernel,
      lines,
      get: async (path, headers = {}) => {
        const response = await fetch(kernel.url + path, {
          headers: { connection: "close", ...headers },
          redirect: "manual",
        });
        return { status: response.status, text: await response.text() };
      },
      close: async () => {
        await kernel.stop();
        await clean();
      },
    };
  } catch (error) {
    await clean();
    throw error;
  }
}

export const HTML = { accept: "text/html" };

/** What a kernel of a test needs to know; the rest has its defaults. */
export function environment(databaseUrl: string, folder: string, env: KernelOptions["env"] = {}) {
  return {
    NODE_ENV: "test",
    PORT: "0",
    DATA_DIR: folder,
    DATABASE_URL: databaseUrl,
    RATE_LIMIT_ANONYMOUS: "100000/m",
    RATE_LIMIT_USER: "100000/m",
    RATE_LIMIT_LOGIN: "100000/m",
    RATE_LIMIT_CODES: "100000/m",
    RATE_LIMIT_LETTERS: "100000/m",
    ...env,
  };
}
