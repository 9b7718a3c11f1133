/** A browser without JavaScript: cookies, links, forms and redirects, nothing else. */
import { type HTMLElement, type Node, parse, TextNode } from "node-html-parser";
import {
  encodeForm,
  encodeQuery,
  entriesOf,
  type Fields,
  type FieldValue,
  fieldsOf,
  type Payload,
  submissionOf,
} from "./forms.ts";

export interface Page {
  status: number;
  /** path and query of the page after all redirects */
  url: string;
  headers: Headers;
  html: string;
  /** what the body shows, with every run of white space as one space */
  text: string;
  root: HTMLElement;
  /** the redirects on the way here, first to last */
  hops: { status: number; url: string }[];
  /** The first form that `where` finds: the start of its action (`/login`), or a selector of it or of something in it. */
  form(where: string): HTMLElement;
  /** What the form would send as it stands, hidden fields included. */
  fields(where: string): Record<string, FieldValue | FieldValue[]>;
  /** Fills in the form, sends it, follows the redirects. Throws for a field that the form has not. */
  submit(where: string, typed?: Fields): Promise<Page>;
}

export interface VisitOptions {
  headers?: Record<string, string>;
  fields?: Fields;
  /** false: show the redirect itself */
  follow?: boolean;
}

export interface Browser {
  get(path: string): Promise<Page>;
  /** Posts fields as a form would; with a file among them as multipart. */
  post(path: string, fields?: Fields): Promise<Page>;
  request(method: string, path: string, options?: VisitOptions): Promise<Page>;
  /** the cookie jar, by name */
  cookies: Map<string, string>;
}

type Visit = {
  method: string;
  path: string;
  payload: Payload | undefined;
  headers: Record<string, string>;
  follow: boolean;
};

const MOST_HOPS = 10;

/** `url` is asked at every request: a shop that was started again may listen on another port. */
export function createBrowser(url: () => string): Browser {
  const cookies = new Map<string, string>();

  async function fetchOnce({ method, path, payload, headers }: Visit): Promise<Response> {
    const response = await fetch(url() + path, {
      method,
      headers: {
        // no socket stays open between visits, so none can hold up a kernel that stops or be stale after its restart
        connection: "close",
        accept: "text/html,application/xhtml+xml,*/*;q=0.8",
        "accept-language": "es-CO,es;q=0.9",
        "sec-fetch-site": "same-origin",
        ...(payload === undefined ? {} : { "content-type": payload.type }),
        ...(method === "GET" || method === "HEAD" ? {} : { origin: url() }),
        ...(cookies.size === 0 ? {} : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") }),
        ...headers,
      },
      body: payload?.body ?? null,
      redirect: "manual",
    });
    for (const line of response.headers.getSetCookie()) keepCookie(cookies, line);
    return response;
  }

  async function visit(first: Visit): Promise<Page> {
    const hops: Page["hops"] = [];
    let next = first;
    for (;;) {
      const response = await fetchOnce(next);
      const html = await response.text();
      const target = first.follow ? redirectOf(response, url() + next.path) : undefined;
      if (target === undefined) return pageOf(response, html, next.path, hops);
      hops.push({ status: response.status, url: next.path });
      if (hops.length > MOST_HOPS) throw new Error(`too many redirects: ${hops.map((hop) => hop.url).join(" -> ")}`);
      next = { ...next, method: "GET", path: target, payload: undefined };
    }
  }

  function pageOf(response: Response, html: string, path: string, hops: Page["hops"]): Page {
    const root = parseHtml(html, path);
    const form = (where: string) => findForm(root, where, path);
    return {
      status: response.status,
      url: path,
      headers: response.headers,
      html,
      get text() {
        return shownText(root);
      },
      root,
      hops,
      form,
      fields: (where) => fieldsOf(submissionOf(form(where), root).entries),
      submit: async (where, typed) => {
        const { method, action, multipart, entries } = submissionOf(form(where), root, typed);
        const target = new URL(action, url() + path);
        const payload = method === "POST" ? encodeForm(entries, multipart) : undefined;
        if (method === "GET") target.search = encodeQuery(entries);
        // as a browser tells it within one site
        const headers = { referer: url() + path };
        return visit({ method, path: target.pathname + target.search, payload, headers, follow: true });
      },
    };
  }

  function request(method: string, path: string, { headers = {}, fields, follow = true }: VisitOptions = {}) {
    const entries = entriesOf(fields ?? {});
    const multipart = entries.some(([, value]) => typeof value !== "string");
    const payload = fields === undefined ? undefined : encodeForm(entries, multipart);
    return visit({ method, path, payload, headers, follow });
  }

  return {
    cookies,
    request,
    get: (path) => request("GET", path),
    post: (path, fields = {}) => request("POST", path, { fields }),
  };
}

function keepCookie(cookies: Map<string, string>, line: string): void {
  const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
  const cut = pair.indexOf("=");
  const name = pair.slice(0, cut);
  if (attributes.some(isOver)) cookies.delete(name);
  else cookies.set(name, pair.slice(cut + 1));
}

function isOver(attribute: string): boolean {
  const [name = "", value = ""] = attribute.split("=");
  if (/^max-age$/i.test(name)) return Number(value) <= 0;
  return /^expires$/i.test(name) && new Date(value) <= new Date();
}

/** Path and query to go on to; undefined when the answer is no redirect. Another host is never followed. */
function redirectOf(response: Response, from: string): string | undefined {
  const location = response.headers.get("location");
  if (location === null || ![301, 302, 303, 307, 308].includes(response.status)) return undefined;
  const target = new URL(location, from);
  if (target.origin !== new URL(from).origin) throw new Error(`${from} sends the browser to another host: ${location}`);
  return target.pathname + target.search;
}

/** Throws where a tag left open (`<option>`) made the parser lose the body: nothing read from such a page would be right. */
function parseHtml(html: string, path: string): HTMLElement {
  const root = parse(html, { blockTextElements: { script: true, style: true } });
  if (/<body[\s>]/.test(html) && root.querySelector("body") === null)
    throw new Error(`${path} leaves a tag open:\n${html}`);
  return root;
}

function findForm(root: HTMLElement, where: string, path: string): HTMLElement {
  const forms = root.querySelectorAll("form");
  const found = where.startsWith("/")
    ? forms.find((form) => form.getAttribute("action")?.startsWith(where))
    : root.querySelector(where)?.closest("form");
  if (found) return found;
  const present = forms.map((form) => form.toString().slice(0, form.toString().indexOf(">") + 1)).join(", ");
  throw new Error(`${path} has no form "${where}"; it has ${present || "none"}`);
}

const UNSEEN = /^(?:head|title|script|style|template|datalist)$/;
const INLINE =
  /^(?:a|abbr|b|bdi|bdo|cite|code|data|del|dfn|em|i|ins|kbd|mark|output|q|s|samp|small|span|strong|sub|sup|time|u|var|wbr)$/;

function shownText(root: HTMLElement): string {
  return textIn(root.querySelector("body") ?? root)
    .replace(/\s+/g, " ")
    .trim();
}

/** Cells and paragraphs stand apart, `12<b>50</b>` does not. */
function textIn(node: Node): string {
  if (node instanceof TextNode) return node.text;
  if (!isElement(node)) return "";
  // the root of a document has no tag
  const tag = node.rawTagName ? node.localName : "";
  if (UNSEEN.test(tag) || node.hasAttribute("hidden") || (tag === "dialog" && !node.hasAttribute("open"))) return "";
  const inner = node.childNodes.map(textIn).join("");
  return INLINE.test(tag) ? inner : ` ${inner} `;
}

function isElement(node: Node): node is HTMLElement {
  return "querySelector" in node;
}
