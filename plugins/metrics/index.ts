/** What Prometheus reads, at /metrics: for whoever has the token, or, where none is set, for this machine alone. */
import { createHash, timingSafeEqual } from "node:crypto";
import { Readable } from "node:stream";
import { z } from "zod";
import { stream } from "../../kernel/http/reply.ts";
import { route } from "../../kernel/http/route.ts";
import { definePlugin, KERNEL_VERSION } from "../../kernel/plugin.ts";
import { errors } from "./errors.ts";

const TOKEN_LENGTH = 16;

export const plugin = definePlugin({
  name: "metrics",
  kernel: KERNEL_VERSION,
  optional: true,
  paths: ["/metrics"],
  config: z.object({
    METRICS_TOKEN: z
      .string()
      .min(TOKEN_LENGTH, `use ${TOKEN_LENGTH} characters or more`)
      .optional()
      .describe("the bearer token that Prometheus sends to /metrics; unset: only this machine is answered"),
  }),
  errors,
  setup({ config: { METRICS_TOKEN: token }, metrics }) {
    return {
      routes: [
        route({
          method: "GET",
          path: "/metrics",
          surface: "ops",
          access: "public",
          counted: false,
          summary: "Metrics in the text format of Prometheus",
          handle: async ({ address, bearer }) => {
            if (token === undefined ? !isLoopback(address) : !isSame(bearer ?? "", token))
              throw errors.METRICS_CLOSED();
            return stream(metrics.contentType, Readable.from([await metrics.text()]));
          },
        }),
      ],
    };
  },
});

function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?127\.|^::1$/.test(address);
}

/** Hashes have one length, so the comparison tells nothing of the token's. */
function isSame(given: string, token: string): boolean {
  const hashOf = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hashOf(given), hashOf(token));
}
