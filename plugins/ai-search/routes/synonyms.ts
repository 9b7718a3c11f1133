/** The page and the API of the words that mean the same. */
import { empty, json, page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Text } from "../../../kernel/i18n.ts";
import { productParams, synonymAnswer, synonymBody, synonymForm, synonymsAnswer } from "../schema.ts";
import type { RouteParts } from "./parts.ts";

const access = { permission: "search.synonyms" } as const;

const actorOf = ({ session, address }: { session: Session; address: string }) => ({
  user: { id: session.user.id, username: session.user.username },
  address,
});

export function synonymRoutes({ synonyms, transaction }: RouteParts): Route[] {
  const draw = async (text: Text, form: FormState = { values: {}, errors: {} }): Promise<Reply> =>
    page("ai-search/synonyms", { title: text.t("ai-search.synonyms.title"), groups: await synonyms.all(), form });
  return [
    route({
      method: "GET",
      path: "/search/synonyms",
      surface: "page",
      access,
      handle: ({ text }) => draw(text),
    }),
    route({
      method: "POST",
      path: "/search/synonyms",
      surface: "page",
      access,
      body: synonymForm,
      redraw: ({ text }, form) => draw(text, form),
      handle: async (request) => {
        await transaction((tx) => synonyms.add(tx, actorOf(request), request.body.words));
        return redirect("/search/synonyms", { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "POST",
      path: "/search/synonyms/:id/remove",
      surface: "page",
      access,
      params: productParams,
      handle: async (request) => {
        await transaction((tx) => synonyms.remove(tx, actorOf(request), request.params.id));
        return redirect("/search/synonyms", { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "GET",
      path: "/api/v2/ai/synonyms",
      surface: "v2",
      access,
      summary: "Words that mean the same in this shop, in groups",
      returns: { 200: synonymsAnswer },
      handle: async () => json({ data: (await synonyms.all()).map(groupJson) }),
    }),
    route({
      method: "POST",
      path: "/api/v2/ai/synonyms",
      surface: "v2",
      access,
      body: synonymBody,
      summary: "A further group of words that mean the same; one that is there already stays as it is",
      returns: { 201: synonymAnswer },
      handle: async (request) => {
        const group = await transaction((tx) => synonyms.add(tx, actorOf(request), request.body.words.join(",")));
        return json(groupJson(group), 201);
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v2/ai/synonyms/:id",
      surface: "v2",
      access,
      params: productParams,
      summary: "Takes a group away",
      returns: { 204: null },
      handle: async (request) => {
        await transaction((tx) => synonyms.remove(tx, actorOf(request), request.params.id));
        return empty();
      },
    }),
  ];
}

function groupJson({ id, words }: { id: number; words: string }) {
  return { id, words: words.split(", ") };
}
