/** Who is merged into another, or forgotten, is not changed any more. */
import { kernelErrors } from "../../../kernel/errors.ts";
import type { Customer } from "../domain.ts";
import { errors } from "../errors.ts";

/** Throws NOT_FOUND, CUSTOMER_MERGED, CUSTOMER_ERASED. */
export function changeable(customer: Customer | undefined): Customer {
  if (!customer) throw kernelErrors.NOT_FOUND();
  if (customer.mergedInto !== undefined) throw errors.CUSTOMER_MERGED();
  if (customer.erasedAt !== undefined) throw errors.CUSTOMER_ERASED();
  return customer;
}
