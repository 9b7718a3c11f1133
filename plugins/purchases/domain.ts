/** The nouns of purchasing. Money in minor units of the shop's currency, quantities in thousandths, rates in basis points. */
export interface Actor {
  user: { id: number; username: string };
  address: string;
}

export interface SupplierFacts {
  name: string;
  /** digits, a dash and the check digit */
  nit: string | undefined;
  contact: string | undefined;
  phone: string | undefined;
  email: string | undefined;
  address: string | undefined;
  note: string | undefined;
  /** from the order to the delivery */
  leadTimeDays: number;
  active: boolean;
}

export interface Supplier extends SupplierFacts {
  id: number;
  version: number;
}
