/** `npm start`: what was bundled, where there is such a thing and nothing speaks against it, else the files as they are. */
import { existsSync } from "node:fs";
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { bundleIn } from "./bundle/place.ts";

// the terminal may be a small PC: by itself V8 lets garbage grow to more than what is alive before it is collected
setFlagsFromString("--heap-growing-percent=20");

if (existsSync(".env")) process.loadEnvFile(".env");

const bundle = bundleIn(new URL("..", import.meta.url), process.env);
const { run } = (bundle ? await import(bundle.program) : await import("./run.ts")) as typeof import("./run.ts");
await run(bundle?.folder);
