/** Until when the certificate holds that visitors see: who looks at it only when it is over, looks at closed tills. */
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Logger } from "pino";
import type { Metrics } from "../../kernel/metrics.ts";

const SECOND_MS = 1000;

/** `file`: PEM, the server's own certificate first, as nginx and certbot keep it (`fullchain.pem`). */
export function watchCertificate(metrics: Metrics, file: string, log: Logger): void {
  const ends = metrics.gauge({
    name: "pos_certificate_expires_timestamp_seconds",
    help: "when the certificate in METRICS_CERTIFICATE ends; 0: it cannot be read",
    otherwise: 0,
    collect: async () => {
      try {
        const { validTo } = new X509Certificate(await readFile(file));
        ends.set(Date.parse(validTo) / SECOND_MS);
      } catch (error) {
        log.warn({ err: error }, "METRICS_CERTIFICATE cannot be read");
        throw error;
      }
    },
  });
}
