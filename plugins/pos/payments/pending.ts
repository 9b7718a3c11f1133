/** The refusal where a payment is neither here nor there; the page leads to it. */
import { errors } from "../errors.ts";

export function paymentPending() {
  return errors.PAYMENT_PENDING({ data: { links: [{ path: "/payments", label: "" }] } });
}
