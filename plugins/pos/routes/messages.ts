/** Messages on pages: the list of who writes them, and the button of who reads them. */
import type { Database } from "../../../kernel/db/database.ts";
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Messages, Someone } from "../messages/messages.ts";
import { fromForm, MESSAGE_LENGTH, messageForm, messageParams } from "../schema-messages.ts";

export const WRITE_MESSAGES = "messages.write";
const write = { permission: WRITE_MESSAGES } as const;
const LIST = "/messages";

export interface MessageParts {
  messages: Messages;
  transaction: Database["transaction"];
}

type Asking = Pick<Request<unknown, unknown, unknown, "signed-in", false>, "session" | "address" | "stores">;
type Drawing = Asking & Pick<Request<unknown, unknown, unknown, "signed-in", false>, "text" | "shop">;

export const someone = ({ session, address, stores }: Asking): Someone => ({ user: session.user, address, stores });

/** A day without an hour: no zone moves it. */
export const dayOf = (day: string, text: Text) => text.date(new Date(`${day}T12:00:00Z`), "UTC");

export function messagePages({ messages, transaction }: MessageParts): Route[] {
  const drawList = async (request: Drawing, form?: FormState): Promise<Reply> => {
    const { text, shop, stores } = request;
    const who = someone(request);
    const [rows, people, today] = await Promise.all([
      messages.written(who),
      messages.people(who),
      messages.todayOf(undefined),
    ]);
    return page("pos/messages", {
      title: text.t("pos.messages.title"),
      form: form ?? { values: { until: today }, errors: {} },
      most: MESSAGE_LENGTH,
      today,
      to: [
        ...stores
          .filter(({ active }) => active)
          .map(({ id, name }) => ({ value: `store-${id}`, label: text.t("pos.messages.store", { name }) })),
        ...people.map(({ id, fullName }) => ({ value: `person-${id}`, label: fullName })),
      ],
      rows: rows.map((one) => ({
        id: one.id,
        body: one.body,
        to: one.storeId === null ? one.toName : text.t("pos.messages.store", { name: one.toName }),
        until: text.t("pos.messages.until_day", { day: dayOf(one.untilDay, text) }),
        by: text.t("pos.messages.by", { name: one.userName, at: text.dateTime(one.createdAt, shop.timeZone) }),
        read:
          one.readBy.length === 0
            ? text.t("pos.messages.unread")
            : text.t("pos.messages.read_by", { names: one.readBy.join(", ") }),
      })),
    });
  };

  return [
    route({ method: "GET", path: LIST, surface: "page", access: write, handle: (request) => drawList(request) }),
    route({
      method: "POST",
      path: LIST,
      surface: "page",
      access: write,
      idempotent: true,
      body: messageForm,
      redraw: drawList,
      handle: async (request) => {
        await messages.write(request.tx, someone(request), fromForm(request.body), "to");
        return redirect(LIST, { flash: { text: "pos.flash.message_written" } });
      },
    }),
    route({
      method: "POST",
      path: `${LIST}/:id/withdraw`,
      surface: "page",
      access: write,
      params: messageParams,
      handle: async (request) => {
        await transaction((tx) => messages.withdraw(tx, someone(request), request.params.id));
        return redirect(LIST, { flash: { text: "pos.flash.message_withdrawn" } });
      },
    }),
    route({
      method: "POST",
      path: `${LIST}/:id/read`,
      surface: "page",
      access: "signed-in",
      params: messageParams,
      handle: async (request) => {
        await transaction((tx) => messages.read(tx, someone(request), request.params.id));
        return redirect("/");
      },
    }),
  ];
}
