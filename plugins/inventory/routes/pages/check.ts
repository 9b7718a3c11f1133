/** What a product that somebody is writing down may be: a category, and products that are there already. Saving never waits for it. */
import type { Reply } from "../../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../../kernel/http/route.ts";
import type { Text } from "../../../../kernel/i18n.ts";
import type { Advice } from "../../advice.ts";
import { emptyForm } from "../../present/products.ts";
import { checkForm, PRODUCT_LIMITS, params } from "../../schema.ts";
import { MANAGE } from "../shared.ts";
import type { DrawProduct } from "./product.ts";

const MOST = 3;
/** fewer letters say nothing */
const SHORTEST = 3;

/** What the form shows below the name; undefined: nobody can be asked. */
export type Check = Awaited<ReturnType<ReturnType<typeof createCheck>>>;

type Asked = Pick<Request<unknown, unknown, unknown, "signed-in", false>, "text" | "shop" | "can" | "stores">;

export function createCheck(advice: Advice) {
  /** `form`: what was typed; undefined: nothing yet, so there is only the button that asks. */
  return async (form: FormState | undefined, { text }: { text: Text }, path: string, exceptId?: number) => {
    if (!advice.ready()) return undefined;
    const { name = "", description = "", category = "" } = form?.values ?? {};
    const asked = name.trim().length >= SHORTEST;
    const product = {
      name: name.slice(0, PRODUCT_LIMITS.name),
      description: description.slice(0, PRODUCT_LIMITS.description) || undefined,
    };
    const found = asked ? await advice.judge(product, exceptId) : { categories: [], duplicates: [] };
    const categories = category.trim() === "" ? found.categories.slice(0, MOST) : [];
    const duplicates = found.duplicates.slice(0, MOST);
    return {
      path,
      categories: categories.map((one) => ({ name: one.category, share: text.rate(Math.round(one.score * 10_000)) })),
      duplicates: duplicates.map((one) => ({ href: `/products/${one.productId}`, name: one.name, sku: one.sku })),
      clear: asked && categories.length === 0 && duplicates.length === 0,
    };
  };
}

/** The button "check", and what is asked while a name is typed: the form comes back as it was, with what was found. */
export function checkPages(drawNew: (request: Asked, typed: FormState) => Promise<Reply>, draw: DrawProduct): Route[] {
  return [
    route({
      method: "POST",
      path: "/products/check",
      surface: "page",
      access: MANAGE,
      body: checkForm,
      fragments: { "product-check": "inventory/_product-check" },
      redraw: (request, form) => drawNew(request, form),
      handle: (request) => drawNew(request, typedIn(request.body)),
    }),
    route({
      method: "POST",
      path: "/products/:id/check",
      surface: "page",
      access: MANAGE,
      params,
      body: checkForm,
      fragments: { "product-check": "inventory/_product-check" },
      redraw: (request, edit) => draw(request, { edit }),
      handle: (request) => draw(request, { edit: typedIn(request.body) }),
    }),
  ];
}

function typedIn({ use_category: chosen, ...typed }: Record<string, string | undefined>): FormState {
  const { values, errors } = emptyForm();
  for (const [name, value] of Object.entries(typed)) if (value !== undefined) values[name] = value;
  if (chosen) values["category"] = chosen;
  return { values, errors };
}
