/** Roles and sessions as the API and the pages show them. */
import { z } from "zod";
import type { FormState } from "../../kernel/http/route.ts";
import type { Text } from "../../kernel/i18n.ts";
import { EDITABLE_ROLES, type EditableRole, ROLES } from "./domain.ts";
import type { OpenSession } from "./queries/sessions.ts";
import type { PermissionRow } from "./roles.ts";

export const roleJson = z.strictObject({
  role: z.enum(ROLES),
  editable: z.boolean(),
  permissions: z.array(
    z.strictObject({ name: z.string(), granted: z.boolean(), proposed: z.boolean(), admin_only: z.boolean() }),
  ),
});
export const roleListJson = z.strictObject({ data: z.array(roleJson) });

export function toRoleJson(role: (typeof ROLES)[number], rows: readonly PermissionRow[]): z.output<typeof roleJson> {
  const of = (flags: Record<EditableRole, boolean>) => role === "admin" || flags[role];
  return {
    role,
    editable: role !== "admin",
    permissions: rows.map(({ name, granted, proposed, adminOnly }) => ({
      name,
      granted: of(granted),
      proposed: of(proposed),
      admin_only: adminOnly,
    })),
  };
}

/** The matrix in groups of one owner; `form` holds what was marked when it was refused. */
export function matrixModel(rows: readonly PermissionRow[], text: Text, form: FormState | undefined) {
  const marked = (role: EditableRole) => form && new Set((form.values[role] ?? "").split("\n"));
  const typed = { manager: marked("manager"), employee: marked("employee") };
  const owners = [...new Set(rows.map(({ owner }) => owner))];
  return {
    roles: EDITABLE_ROLES.map((role) => text.t(`auth.roles.${role}`)),
    error: EDITABLE_ROLES.map((role) => form?.errors[role]).find((one) => one !== undefined),
    groups: owners.map((owner) => ({
      heading: text.has(`${owner}.name`) ? text.t(`${owner}.name`) : owner,
      rows: rows
        .filter((row) => row.owner === owner)
        .map((row) => {
          const sentence = text.t(row.text);
          return {
            sentence,
            adminOnly: row.adminOnly,
            boxes: EDITABLE_ROLES.map((role) => ({
              role,
              value: row.name,
              checked: typed[role]?.has(row.name) ?? row.granted[role],
              changed: row.granted[role] !== row.proposed[role],
              label: `${sentence}: ${text.t(`auth.roles.${role}`)}`,
            })),
          };
        }),
    })),
  };
}

export const sessionJson = z.strictObject({
  id: z.string(),
  kind: z.enum(["cookie", "bearer"]),
  current: z.boolean(),
  address: z.string().nullable(),
  agent: z.string().nullable(),
  started_at: z.iso.datetime(),
  renewed_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
});
export const sessionListJson = z.strictObject({ data: z.array(sessionJson) });

export function toSessionJson(one: OpenSession, currentId: string): z.output<typeof sessionJson> {
  return {
    id: one.id,
    kind: one.kind,
    current: one.id === currentId,
    address: one.address ?? null,
    agent: one.agent ?? null,
    started_at: one.startedAt.toISOString(),
    renewed_at: one.renewedAt.toISOString(),
    expires_at: one.expiresAt.toISOString(),
  };
}

/** `base`: the path below which a session is ended. */
export function toSessionRow(one: OpenSession, currentId: string, base: string, text: Text, timeZone: string) {
  return {
    action: `${base}/${one.id}/end`,
    current: one.id === currentId,
    what: text.t(`auth.sessions.${one.kind}`),
    agent: one.agent === undefined ? undefined : programOf(one.agent),
    address: one.address,
    started: text.dateTime(one.startedAt, timeZone),
    renewed: text.dateTime(one.renewedAt, timeZone),
  };
}

const BROWSERS: [RegExp, string][] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Firefox\//, "Firefox"],
  [/Chrom(e|ium)\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

/** `Firefox, Windows`: enough to recognize one's own; anything else as it called itself. */
function programOf(agent: string): string {
  const found = [BROWSERS, SYSTEMS].flatMap((list) => list.find(([pattern]) => pattern.test(agent))?.[1] ?? []);
  return found.length > 0 ? found.join(", ") : agent;
}
