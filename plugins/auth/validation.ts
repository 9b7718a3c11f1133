/** Can one sign in? */
import { z } from "zod";
import { finding, type Validation } from "../../kernel/validation.ts";

const tokens = z.looseObject({ access_token: z.string() });
const problem = z.looseObject({ code: z.string().default("?") });

export const loginCheck: Validation = {
  name: "login",
  first: true,
  run: async (visit) => {
    if (visit.account === undefined) return finding("skipped", "no_account");
    const { status, body } = await visit.post("/api/v1/auth/login", visit.account);
    if (status !== 200) return finding("failed", "refused", { code: problem.safeParse(body).data?.code ?? status });
    visit.signIn(tokens.parse(body).access_token, async () => void (await visit.post("/api/v1/auth/logout", {})));
    const me = await visit.get("/api/v1/auth/me");
    return me.status === 200 ? finding("passed", "in") : finding("failed", "no_session", { status: me.status });
  },
};
