/** Messages for programs. */
import { empty, json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Message, Received } from "../messages/message.ts";
import { messageAnswer, messageBody, messageParams, receivedAnswer, writtenAnswer } from "../schema-messages.ts";
import { type MessageParts, messagePages, someone, WRITE_MESSAGES } from "./messages.ts";

const write = { permission: WRITE_MESSAGES } as const;

/** On pages and for programs. */
export const messageRoutes = (parts: MessageParts): Route[] => [...messagePages(parts), ...messagesApi(parts)];

function messagesApi({ messages, transaction }: MessageParts): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/messages",
      surface: "v1",
      access: "signed-in",
      summary: "Messages to you and to the stores in which you work, read or not, until their last day",
      returns: { 200: receivedAnswer },
      handle: async (request) => {
        const found = await messages.received(someone(request));
        return json({
          data: found.map((one) => ({ ...toJson(one), read_at: one.readAt?.toISOString() ?? null })),
        });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/messages/:id/read",
      surface: "v1",
      access: "signed-in",
      params: messageParams,
      summary: "Says that you have read a message; a second time changes nothing",
      returns: { 204: null },
      handle: async (request) => {
        await transaction((tx) => messages.read(tx, someone(request), request.params.id));
        return empty();
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/messages/written",
      surface: "v1",
      access: write,
      summary: "Messages to your stores and those that you wrote, until their last day, with who has read them",
      returns: { 200: writtenAnswer },
      handle: async (request) => {
        const found = await messages.written(someone(request));
        return json({ data: found.map((one) => ({ ...toJson(one), read_by: one.readBy })) });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/messages",
      surface: "v1",
      access: write,
      idempotent: true,
      body: messageBody,
      summary:
        "Tells everybody of one of your stores (`store_id`), or one person who works there (`user_id`), something on the home page until a day",
      returns: { 201: messageAnswer },
      handle: async (request) => {
        const { store_id: storeId, user_id: toUserId, text: body, until: untilDay } = request.body;
        const id = await messages.write(request.tx, someone(request), { storeId, toUserId, body, untilDay });
        return json({ id }, 201);
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/messages/:id",
      surface: "v1",
      access: write,
      params: messageParams,
      summary: "Withdraws a message: nobody sees it any more",
      returns: { 204: null },
      handle: async (request) => {
        await transaction((tx) => messages.withdraw(tx, someone(request), request.params.id));
        return empty();
      },
    }),
  ];
}

function toJson(one: Message | Received) {
  return {
    id: one.id,
    store_id: one.storeId,
    user_id: one.toUserId,
    to: one.toName,
    text: one.body,
    until: one.untilDay,
    by: one.userName,
    created_at: one.createdAt.toISOString(),
  };
}
