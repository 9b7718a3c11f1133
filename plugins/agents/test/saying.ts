/** What the agents say, on the page as to programs, in both languages. */
import assert from "node:assert/strict";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Shop } from "../../../test/harness/shop.ts";

export interface Finding {
  id: number;
  agent: string;
  kind: string;
  store_id: number | null;
  subject: string;
  sentence: string;
  grounds: string | null;
  state: string;
  document: string | null;
  facts: Record<string, unknown> & { lines?: { productId: number; quantityMilli: number; days: number }[] };
}
/** Whether a person sees a button that dismisses it. */
export async function offersDismissal(shop: Shop, role: "admin" | "manager", id: number | undefined): Promise<boolean> {
  const page = await (await shop.browser(role)).get("/agents?limit=200");
  return page.root.querySelector(`#finding-${id} form:has(input[value=dismissed])`) !== null;
}

/** What a page in that language says of a finding: its sentence, and why it may be believed. */
async function onPage(shop: Shop, { id }: Pick<Finding, "id">, language: "es" | "en"): Promise<string> {
  const page = await (await shop.browser("manager")).request("GET", "/agents?limit=200", {
    headers: { "accept-language": language },
  });
  const texts = page.root.querySelector(`#finding-${id}`)?.querySelectorAll("p").slice(1) ?? [];
  return texts.map(({ text }) => text.trim()).join(" ");
}

/** The same to a program and on the page, in both languages. */
export async function saying(
  { shop, admin }: { shop: Shop; admin: ApiClient },
  which: (one: Finding) => boolean,
  es: RegExp,
  en: RegExp,
): Promise<void> {
  for (const [language, wanted] of [
    ["es", es],
    ["en", en],
  ] as const) {
    const answer = await admin.get<{ data: Finding[] }>("/api/v1/agents/findings?limit=200", {
      headers: { "accept-language": language },
    });
    const found = answer.body.data.find(which) ?? assert.fail(answer.text);
    const told = [found.sentence, ...(found.grounds === null ? [] : [found.grounds])].join(" ");
    assert.match(told, wanted);
    assert.equal(await onPage(shop, found, language), told);
  }
}

/** That OC-1 and another order are late, of what runs out and of what is to be ordered. */
export async function sayingOverdue(parts: Parameters<typeof saying>[0]): Promise<void> {
  await saying(
    parts,
    ({ kind }) => kind === "runs_out",
    /^PAN se acaba .*: hay 20 un, se espera vender .* al día\. El pedido OC-1, enviado el [^.]+, debía llegar el [^.]+ y sigue pendiente; hay otro pedido atrasado\. Pronóstico/,
    /^PAN runs out .*: 20 un are there, .* to sell\. Order OC-1, sent on [^.]+, was due on [^.]+ and is still open; one more order is overdue\. Forecast/,
  );
  await saying(
    parts,
    ({ kind }) => kind === "order",
    /^Pida a Molinos del Sur .* o más\. El pedido OC-1, enviado el [^.]+, debía llegar el [^.]+ y sigue pendiente; hay otro/,
    /^Order one product of Molinos del Sur .* or more\. Order OC-1, sent on [^.]+, was due on [^.]+ and is still open; one more/,
  );
}
