/** What every answer tells the browser: what our pages may do, who may read the API, what must not be kept. */
import cors from "@koa/cors";
import type { Context, Middleware } from "koa";

const OFF = [
  "accelerometer",
  "autoplay",
  "browsing-topics",
  "camera",
  "display-capture",
  "encrypted-media",
  "fullscreen",
  "geolocation",
  "gyroscope",
  "hid",
  "identity-credentials-get",
  "idle-detection",
  "local-fonts",
  "magnetometer",
  "microphone",
  "midi",
  "otp-credentials",
  "payment",
  "picture-in-picture",
  "publickey-credentials-create",
  "publickey-credentials-get",
  "screen-wake-lock",
  "serial",
  "storage-access",
  "sync-xhr",
  "usb",
  "window-management",
  "xr-spatial-tracking",
];

/** No script but our own files, no other host, no frame around us; nothing is kept unless an answer says so (assets). */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": OFF.map((feature) => `${feature}=()`).join(", "),
  "Cache-Control": "no-store",
  // a till is nobody's search result, nor is a receipt that somebody shared
  "X-Robots-Tag": "noindex, nofollow",
};

/**
 * A year, for this host alone: printers, scales and old tills may have names below the shop's domain and speak no TLS, and
 * whether they do is not ours to decide (includeSubDomains, preload).
 */
const HSTS = "max-age=31536000";

export function setSecurityHeaders(context: Context): void {
  context.set(SECURITY_HEADERS);
  if (context.secure) context.set("Strict-Transport-Security", HSTS);
}

/** The API for pages of other origins, of those on the list alone. Errors keep the headers, so that a page can read them. */
export function allowOrigins(origins: readonly string[]): Middleware {
  const answer = cors({
    origin: (context) => {
      const origin = context.get("Origin");
      return context.path.startsWith("/api/") && origins.includes(origin) ? origin : "";
    },
    credentials: true,
    allowMethods: "GET,HEAD,POST,PUT,PATCH,DELETE",
    allowHeaders: "Authorization,Content-Type,Idempotency-Key,Accept-Language",
    exposeHeaders: "X-Request-Id,RateLimit-Limit,RateLimit-Remaining,RateLimit-Reset,Retry-After,Content-Disposition",
    maxAge: 600,
    // our error boundary stands around this middleware and leaves its headers as they are
    keepHeadersOnError: false,
  });
  return (context, next) => {
    if (context.headers.origin !== undefined) return answer(context, next);
    // all that it would do
    context.vary("Origin");
    return next();
  };
}
