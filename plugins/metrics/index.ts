/** What Prometheus reads, at /metrics: for whoever has the token, or, where none is set, for this machine alone. */
import { createHash, timingSafeEqual } from "node:crypto";
import process from "node:process";
import { Readable } from "node:stream";
import { z } from "zod";
import { isAskedHere } from "../../kernel/http/proxy.ts";
import { stream } from "../../kernel/http/reply.ts";
import { route } from "../../kernel/http/route.ts";
import { definePlugin, KERNEL_VERSION } from "../../kernel/plugin.ts";
import { watchCertificate } from "./certificate.ts";
import { errors } from "./errors.ts";
import { watchProcess } from "./process.ts";

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
      .describe(
        "the bearer token that Prometheus sends to /metrics, and that shows the details of /health; unset: only this machine is answered",
      ),
    METRICS_CERTIFICATE: z
      .string()
      .optional()
      .describe("file of the certificate that visitors see (PEM), so that its end is told in time"),
  }),
  errors,
  setup({ config: { METRICS_TOKEN: token, METRICS_CERTIFICATE: certificate }, metrics, log, system }) {
    const watch = watchProcess(metrics);
    metrics
      .gauge<"version" | "node">({
        name: "pos_build_info",
        help: "1; the version that runs",
        labels: ["version", "node"],
      })
      .set({ version: system.version, node: process.version }, 1);
    if (certificate !== undefined) watchCertificate(metrics, certificate, log);
    return {
      routes: [
        route({
          method: "GET",
          path: "/metrics",
          surface: "ops",
          access: "public",
          probe: true,
          summary: "Metrics in the text format of Prometheus",
          handle: async (request) => {
            const { bearer = "", accept } = request;
            if (token === undefined ? !isAskedHere(request) : !isSame(bearer, token)) throw errors.METRICS_CLOSED();
            // its examples of slow requests are only in there
            const format = accept.includes("application/openmetrics-text") ? "openmetrics" : "plain";
            return stream(metrics.contentType(format), Readable.from([await metrics.text(format)]));
          },
        }),
      ],
      ...(token === undefined ? {} : { isOperator: (bearer: string) => isSame(bearer, token) }),
      start: async () => watch.start(),
      stop: async () => watch.stop(),
    };
  },
});

/** Hashes have one length, so the comparison tells nothing of the token's. */
function isSame(given: string, token: string): boolean {
  const hashOf = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hashOf(given), hashOf(token));
}
