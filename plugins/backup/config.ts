/** Where backups go and how long they stay. */
import { resolve } from "node:path";
import { z } from "zod";

const FLAG = z.enum(["true", "false"]).transform((text) => text === "true");

export const config = z
  .object({
    DATA_DIR: z.string().default("./data"),
    BACKUP_DIR: z.string().optional().describe("folder of the backups, of one shop alone; unset: DATA_DIR/backups"),
    BACKUP_CRON: z
      .string()
      .default("0 2 * * *")
      .describe("when a backup is made, in UTC; off: by another instance, or by hand alone"),
    BACKUP_KEEP_DAYS: z.coerce
      .number()
      .int()
      .min(1)
      .max(36_500)
      .default(30)
      .describe(
        "days that a backup is kept; the newest seven (or as many as the days), and as many proven ones, stay however old they are",
      ),
    BACKUP_METHOD: z
      .enum(["auto", "copy", "pg_dump"])
      .default("auto")
      .describe("auto: pg_dump where one of the server's version is installed, else an archive of our own"),
    BACKUP_KEY: z
      .string()
      .regex(/^AGE-SECRET-KEY-1[A-Z0-9]{58}$/, "npm run command -- backup key makes one")
      .optional()
      .describe(
        "encrypts and signs backups, opens them, and refuses others: a secret key of age, which npm run command -- backup key makes",
      ),
    BACKUP_DRILL: FLAG.default(true).describe("false: do not restore each backup into a scratch database to prove it"),
    BACKUP_BEFORE_UPGRADE: FLAG.default(true).describe(
      "false: a newer version changes the database without a backup to go back to",
    ),
    BACKUP_STALL_SECONDS: z.coerce
      .number()
      .int()
      .min(1)
      .max(86_400)
      .default(600)
      .describe("seconds in which the database says nothing, after which a backup is given up"),
    BACKUP_COPY_DIR: z.string().optional().describe("a second folder for each backup: another disk, a network drive"),
    BACKUP_S3_URL: z
      .url()
      .regex(/^https?:\/\/[^/?#]+\/[^/?#]+[^?#]*$/, "write it like https://s3.example.com/bucket/shop")
      .optional()
      .describe("a bucket for each backup, path style, with a folder in it: https://s3.example.com/bucket/shop"),
    BACKUP_S3_REGION: z.string().default("auto").describe("region of the bucket"),
    BACKUP_S3_ACCESS_KEY: z.string().optional().describe("access key of the bucket"),
    BACKUP_S3_SECRET_KEY: z.string().optional().describe("secret key of the bucket"),
  })
  .check((context) => {
    const { BACKUP_S3_URL: url, BACKUP_S3_ACCESS_KEY: access, BACKUP_S3_SECRET_KEY: secret } = context.value;
    if ((url === undefined) === (access === undefined) && (url === undefined) === (secret === undefined)) return;
    context.issues.push({
      code: "custom",
      input: url,
      path: ["BACKUP_S3_URL"],
      message: "set it with BACKUP_S3_ACCESS_KEY and BACKUP_S3_SECRET_KEY, or none of the three",
    });
  });

export type BackupConfig = z.output<typeof config>;

export function backupFolder({ BACKUP_DIR: folder, DATA_DIR: dataDir }: BackupConfig): string {
  return resolve(folder ?? resolve(dataDir, "backups"));
}
