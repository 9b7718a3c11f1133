/** `npm start`: what was bundled, where there is such a thing and nothing speaks against it, else the files as they are. */
import { existsSync } from "node:fs";
import process from "node:process";
import { bundleIn } from "./bundle/place.ts";

if (existsSync(".env")) process.loadEnvFile(".env");

// as Node tells of itself from 21 on. pg asks whether it runs at Cloudflare, which without an answer takes all that fetch needs
if (!("navigator" in globalThis)) Object.assign(globalThis, { navigator: { userAgent: "Node.js" } });

const bundle = bundleIn(new URL("..", import.meta.url), process.env);
const { run } = (bundle ? await import(bundle.program) : await import("./run.ts")) as typeof import("./run.ts");
await run(bundle?.folder);
