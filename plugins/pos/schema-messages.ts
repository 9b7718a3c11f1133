/** Shapes of messages. */
import { z } from "zod";
import type { Input } from "../../kernel/input.ts";
import type { NewMessage } from "./messages/message.ts";

export const MESSAGE_LENGTH = 280;
const until = z.iso.date("kernel.validation.date").refine((day) => day >= "1900-01-01", "kernel.validation.date");

/** `store-1` or `person-7`, as the form's one choice. */
export const messageForm = (input: Input) =>
  z.strictObject({
    to: z.string("kernel.validation.choice").regex(/^(store|person)-[1-9]\d{0,14}$/, "kernel.validation.choice"),
    text: input.text(MESSAGE_LENGTH),
    until,
  });
export const messageBody = (input: Input) =>
  z
    .strictObject({
      store_id: input.id().optional(),
      user_id: input.id().optional(),
      text: input.text(MESSAGE_LENGTH),
      until,
    })
    .refine(({ store_id, user_id }) => (store_id === undefined) !== (user_id === undefined), {
      path: ["store_id"],
      message: "pos.validation.message_to",
    });
export const messageParams = (input: Input) => z.strictObject({ id: input.id() });

export function fromForm({ to, text, until: untilDay }: z.output<ReturnType<typeof messageForm>>): NewMessage {
  const id = Number(to.slice(to.indexOf("-") + 1));
  const isStore = to.startsWith("store");
  return { storeId: isStore ? id : undefined, toUserId: isStore ? undefined : id, body: text, untilDay };
}

const written = {
  id: z.int(),
  store_id: z.int().nullable(),
  user_id: z.int().nullable(),
  to: z.string(),
  text: z.string(),
  until: z.string(),
  by: z.string(),
  created_at: z.string(),
};
export const receivedAnswer = z.strictObject({
  data: z.array(z.strictObject({ ...written, read_at: z.string().nullable() })),
});
export const writtenAnswer = z.strictObject({
  data: z.array(z.strictObject({ ...written, read_by: z.array(z.string()) })),
});
export const messageAnswer = z.strictObject({ id: z.int() });
