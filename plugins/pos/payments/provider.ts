/**
 * The port of payment providers: a terminal, a QR of a bank. A plugin that needs `salesRef` registers one while it is set up. Every
 * call is repeated after a crash or a timeout with the same id, and must then do nothing a second time.
 */
export type ProviderState =
  | "pending"
  | "approved"
  /** the customer or the bank said no */
  | "declined"
  | "expired"
  /** the provider took our word that nobody will pay any more */
  | "cancelled"
  /** never heard of */
  | "unknown";

export interface PaymentRequest {
  /** uuid */
  id: string;
  /** minor units of `currency` */
  amountMinor: number;
  currency: string;
  /** what the customer may be shown */
  description: string;
}

export interface ProviderAnswer {
  state: ProviderState;
  /** by which the provider's own books know it; printed on the receipt */
  reference?: string | undefined;
  /** text of the QR that the customer reads; without it the customer is asked elsewhere, e.g. on the terminal */
  qr?: string | undefined;
  /** when it can be paid no more */
  expiresAt?: Date | undefined;
}

export interface PaymentProvider {
  /** `[a-z][a-z0-9_]+`, kept for ever */
  code: string;
  /** as people know it */
  name: string;
  create(request: PaymentRequest, signal: AbortSignal): Promise<ProviderAnswer>;
  status(id: string, signal: AbortSignal): Promise<ProviderAnswer>;
  /** Answers `cancelled`, or what it became before that: a customer who was faster has paid. */
  cancel(id: string, signal: AbortSignal): Promise<ProviderAnswer>;
  /** Gives part or all of it back, once for each `refundId`. Throws when it is not certain. */
  refund(
    id: string,
    refund: { refundId: string; amountMinor: number; currency: string },
    signal: AbortSignal,
  ): Promise<void>;
}

export type Providers = ReadonlyMap<string, PaymentProvider>;
