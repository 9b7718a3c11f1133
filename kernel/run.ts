/** One kernel in one process, stopped by SIGTERM or Ctrl-C. */
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { BootError } from "./errors.ts";
import { type Kernel, startKernel } from "./kernel.ts";

/** `bundle`: the folder of the bundled plugins, where that is what runs. */
export async function run(bundle?: string): Promise<void> {
  let kernel: Kernel | undefined;
  let leaving = false;

  async function leave(): Promise<void> {
    if (leaving) return;
    leaving = true;
    // during the start the end of the start sees to it
    if (!kernel) return;
    await kernel.stop();
    process.exit(0);
  }

  // what nobody caught leaves the process in a state that nobody knows; its own print would show rows of the database
  process.on("uncaughtException", (error) => {
    if (kernel) kernel.log.fatal({ err: error }, "an uncaught fault ends the process");
    else process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exit(1);
  });
  process.on("SIGTERM", () => void leave());
  process.on("SIGINT", () => void leave());

  try {
    kernel = await startKernel({ env: process.env, bundle });
    if (leaving) {
      await kernel.stop();
      process.exit(0);
    }
    // the terminal may be a small PC: by itself V8 lets garbage grow to more than what is alive before it is collected. A start
    // makes little garbage, and would look for it all the time
    setFlagsFromString("--heap-growing-percent=20");
  } catch (error) {
    // the log may not exist yet, and the person at the terminal needs the sentence, not the stack
    process.stderr.write(
      error instanceof BootError
        ? `POS O'data cannot start: ${error.message}\n`
        : `${error instanceof Error ? error.stack : error}\n`,
    );
    process.exit(1);
  }
}
