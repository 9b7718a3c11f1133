/** The page of the people of a customer and what they agreed to. */
import { page, type Reply } from "../../../kernel/http/reply.ts";
import type { FormState, Request } from "../../../kernel/http/route.ts";
import type { Register } from "../customers.ts";
import { CHANNELS, holding, type People, PURPOSES } from "./people.ts";

type Asked = Pick<Request<{ id: number }, unknown, unknown, "signed-in", false>, "params" | "text" | "shop" | "can">;

const BLANK: FormState = { values: {}, errors: {} };

export function peoplePage({ register, people }: { register: Pick<Register, "get">; people: People }) {
  return async (
    { params, text, shop, can }: Asked,
    forms: { contact?: FormState; consent?: FormState } = {},
  ): Promise<Reply> => {
    const customer = await register.get(params.id);
    const [contacts, consents] = await Promise.all([people.contacts(customer.id), people.consents(customer.id)]);
    const now = holding(consents);
    const choices = (group: string, values: readonly string[]) =>
      values.map((value) => ({ value, label: text.t(`customers.people.${group}.${value}`) }));
    const path = `/customers/${customer.id}`;
    return page("customers/people", {
      title: text.t("customers.people.title", { name: customer.name }),
      path,
      mayManage: can("customers.manage") && customer.mergedInto === undefined && customer.erasedAt === undefined,
      message: (forms.contact ?? forms.consent)?.message,
      contacts: contacts.map(({ id, name, role = "", phone = "", email = "" }) => ({
        ...{ name, role, phone, email },
        remove: `${path}/contacts/${id}/remove`,
      })),
      contactForm: forms.contact ?? BLANK,
      consentForm: forms.consent ?? BLANK,
      purposes: choices("purposes", PURPOSES),
      channels: choices("channels", CHANNELS),
      answers: choices("given", ["yes", "no"]),
      consents: consents.map((one) => ({
        what: text.t(`customers.people.purposes.${one.purpose}`),
        given: text.t(`customers.people.given.${one.given ? "yes" : "no"}`),
        channel: text.t(`customers.people.channels.${one.channel}`),
        note: one.note ?? "",
        at: text.dateTime(one.createdAt, shop.timeZone),
        by: one.userName,
        holds: now.get(one.purpose)?.id === one.id,
      })),
    });
  };
}
