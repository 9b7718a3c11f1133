/** The environment keys that matter here. Some belong to the kernel and are only read. */
import { z } from "zod";
import { PASSWORD_MAX, PASSWORD_MIN, USERNAME } from "./schema.ts";

const SECRET_BYTES = 32;

const secretText = z
  .string()
  .refine((text) => Buffer.byteLength(text) >= SECRET_BYTES, `use ${SECRET_BYTES} bytes or more`);

export const configSchema = z
  .object({
    NODE_ENV: z.string().optional(),
    DATA_DIR: z.string().default("./data"),
    HOST: z.string().default("127.0.0.1"),
    PORT: z.coerce.number().default(3000),
    JWT_SECRET: secretText
      .optional()
      .describe("signs access tokens, 32 bytes or more; unset outside production: made once, kept in DATA_DIR"),
    JWT_SECRET_OLD: secretText
      .optional()
      .describe("the JWT_SECRET before this one, still accepted; set it for an hour when the secret changes"),
    ADMIN_USERNAME: z
      .string()
      .regex(USERNAME, "2 to 50 letters, digits or . _ @ -")
      .optional()
      .describe("with ADMIN_PASSWORD: the first administrator, made at start when there is nobody yet"),
    ADMIN_PASSWORD: z
      .string()
      .min(PASSWORD_MIN, `use ${PASSWORD_MIN} characters or more`)
      .max(PASSWORD_MAX, `use at most ${PASSWORD_MAX} characters`)
      .optional()
      .describe("see ADMIN_USERNAME; 12 characters or more"),
  })
  .superRefine((config, context) => {
    if (config.NODE_ENV === "production" && config.JWT_SECRET === undefined)
      context.addIssue({
        code: "custom",
        path: ["JWT_SECRET"],
        message: "is mandatory in production, e.g. the output of: openssl rand -base64 48",
      });
    if ((config.ADMIN_USERNAME === undefined) !== (config.ADMIN_PASSWORD === undefined))
      context.addIssue({
        code: "custom",
        path: [config.ADMIN_USERNAME === undefined ? "ADMIN_USERNAME" : "ADMIN_PASSWORD"],
        message: "ADMIN_USERNAME and ADMIN_PASSWORD go together: set both or neither",
      });
  });

export type AuthConfig = z.output<typeof configSchema>;

/** Where the owner opens the set-up page: an address that a browser on this machine understands. */
export function setupUrl({ HOST, PORT }: Pick<AuthConfig, "HOST" | "PORT">): string {
  const everywhere = HOST === "0.0.0.0" || HOST === "::";
  const host = everywhere ? "localhost" : HOST.includes(":") ? `[${HOST}]` : HOST;
  return `http://${host}:${PORT}/setup`;
}
