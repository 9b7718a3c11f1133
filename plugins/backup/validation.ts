/** Is there a backup of today, and could it be restored? */
import { z } from "zod";
import { finding, type Validation } from "../../kernel/validation.ts";
import { isAside } from "./asides.ts";
import { LATE_HOURS } from "./watching.ts";

const HOUR_MS = 3_600_000;
const backups = z.looseObject({
  data: z.array(
    z.looseObject({
      name: z.string(),
      state: z.string(),
      started_at: z.string(),
      drill: z.string(),
      removed_at: z.string().nullable(),
    }),
  ),
});

export const ageCheck: Validation = {
  name: "age",
  run: async (visit) => {
    if (!visit.isSignedIn) return finding("skipped", "not_signed_in");
    const answer = await visit.get("/api/v1/backups?limit=100");
    if (answer.status === 403) return finding("skipped", "not_allowed");
    // one before an upgrade says nothing of tonight's
    const data = backups.parse(answer.body).data.filter((one) => !isAside(one));
    const last = data.find(({ state, removed_at }) => state === "good" && removed_at === null);
    // a system of today has none yet
    if (last === undefined) return finding("warned", "none");
    const hours = Math.floor((visit.now().getTime() - Date.parse(last.started_at)) / HOUR_MS);
    if (hours >= LATE_HOURS) return finding("failed", "late", { hours });
    const drilled = data.find(({ drill }) => drill !== "none");
    if (drilled?.drill === "failed") return finding("failed", "unproven");
    return finding("passed", drilled === undefined ? "made" : "proven", { hours });
  },
};
