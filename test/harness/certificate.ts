/** A certificate that signs itself, as openssl makes it. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** `subject`: openssl's further words on whom it names; `days`: until it ends. */
export async function selfSigned(
  files: { certificate: string; key: string },
  { days = 2, subject = ["-subj", "/CN=tienda.example"] }: { days?: number; subject?: string[] } = {},
): Promise<void> {
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", String(days)];
  await run("openssl", ["req", "-x509", ...kind, ...subject, "-keyout", files.key, "-out", files.certificate]);
}
