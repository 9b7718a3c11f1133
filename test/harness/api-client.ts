/** A client of the JSON API: what a program with a bearer token, or without one, sees. */

export interface Answer<T> {
  status: number;
  headers: Headers;
  /** parsed JSON; undefined when the answer is of another type or empty */
  body: T;
  text: string;
  bytes: Buffer;
}

export interface CallOptions {
  /** sent as Idempotency-Key */
  key?: string;
  /** content type of a body given as text or bytes, which is then sent as it is: `text/csv`, or JSON that is broken */
  type?: string;
  headers?: Record<string, string>;
}

/** `T` is what the caller expects to find: `await admin.post<{ id: number }>(...)`. Nothing checks it here. */
export interface ApiClient {
  get<T = unknown>(path: string, options?: CallOptions): Promise<Answer<T>>;
  post<T = unknown>(path: string, body?: unknown, options?: CallOptions): Promise<Answer<T>>;
  put<T = unknown>(path: string, body?: unknown, options?: CallOptions): Promise<Answer<T>>;
  patch<T = unknown>(path: string, body?: unknown, options?: CallOptions): Promise<Answer<T>>;
  delete<T = unknown>(path: string, body?: unknown, options?: CallOptions): Promise<Answer<T>>;
  request<T = unknown>(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer<T>>;
}

/** `url` is asked at every call: a shop that was started again may listen on another port. */
export function createApiClient(url: () => string, token?: string): ApiClient {
  async function request<T>(
    method: string,
    path: string,
    body?: unknown,
    options: CallOptions = {},
  ): Promise<Answer<T>> {
    const payload = encode(body, options.type);
    const response = await fetch(url() + path, {
      method,
      headers: {
        // no socket stays open between calls, so none can hold up a kernel that stops or be stale after its restart
        connection: "close",
        accept: "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(payload.type === undefined ? {} : { "content-type": payload.type }),
        ...(options.key === undefined ? {} : { "idempotency-key": options.key }),
        ...options.headers,
      },
      body: payload.body,
      redirect: "manual",
    });
    return read<T>(response);
  }
  return {
    request,
    get: (path, options) => request("GET", path, undefined, options),
    post: (path, body, options) => request("POST", path, body, options),
    put: (path, body, options) => request("PUT", path, body, options),
    patch: (path, body, options) => request("PATCH", path, body, options),
    delete: (path, body, options) => request("DELETE", path, body, options),
  };
}

type Payload = { body: string | Uint8Array | FormData | null; type?: string };

function encode(body: unknown, type: string | undefined): Payload {
  if (body === undefined) return { body: null };
  // fetch writes the content type of a multipart body itself: only it knows the boundary
  if (body instanceof FormData) return { body };
  if (type !== undefined && (typeof body === "string" || body instanceof Uint8Array)) return { body, type };
  return { body: JSON.stringify(body), type: type ?? "application/json" };
}

async function read<T>(response: Response): Promise<Answer<T>> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const text = bytes.toString("utf8");
  const isJson = /[/+]json\b/.test(response.headers.get("content-type") ?? "");
  const body = (isJson && text !== "" ? JSON.parse(text) : undefined) as T;
  return { status: response.status, headers: response.headers, body, text, bytes };
}
