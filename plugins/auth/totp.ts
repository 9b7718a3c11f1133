/** Codes of an authenticator app (RFC 6238): six digits, 30 seconds, SHA-1, which is what every app understands. */
import { Secret, TOTP } from "otpauth";
import { renderSVG } from "uqr";

const PERIOD = 30;
/** A phone may be one step early or late. */
const WINDOW = 1;
const SECRET_BYTES = 20;

/** Base32, as apps take it by hand. */
export function makeSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** The step whose code it is, of the present one and its neighbours; undefined for a wrong code. */
export function stepOf(secret: string, code: string, now: Date): number | undefined {
  const timestamp = now.getTime();
  const totp = new TOTP({ secret: Secret.fromBase32(secret), period: PERIOD });
  const delta = totp.validate({ token: code, timestamp, window: WINDOW });
  return delta === null ? undefined : totp.counter({ timestamp }) + delta;
}

/** What the app reads from the QR code: the shop's name and the person's stand beside the code. */
export function uriOf(secret: string, shopName: string, username: string): string {
  // a colon separates the two in the label
  const issuer = shopName.replaceAll(":", " ");
  return new TOTP({ secret: Secret.fromBase32(secret), period: PERIOD, issuer, label: username }).toString();
}

/** The QR code as an address that an <img> can show without another request. */
export function qrOf(uri: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(renderSVG(uri, { border: 2 })).toString("base64")}`;
}

/** In groups of four, for typing. */
export function groupsOf(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, "$1 ");
}
