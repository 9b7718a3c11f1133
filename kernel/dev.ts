/** `npm run dev`: as main.ts, with development's defaults; set here because not every shell can write `NAME=value command`. */
import process from "node:process";

process.env["NODE_ENV"] ??= "development";
process.env["LOG_LEVEL"] ??= "debug";
await import("./main.ts");
