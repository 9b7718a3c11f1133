/** Messages of the shop's people. */

export interface NewMessage {
  /** one of the two */
  storeId: number | undefined;
  toUserId: number | undefined;
  body: string;
  /** YYYY-MM-DD, the last day on which it is shown */
  untilDay: string;
}

interface Written {
  id: number;
  storeId: number | null;
  toUserId: number | null;
  toName: string;
  body: string;
  untilDay: string;
  userId: number;
  userName: string;
  createdAt: Date;
}

export interface Received extends Written {
  readAt: Date | null;
}

/** As who may write messages sees it. */
export interface Message extends Written {
  /** names, in the order in which they read it */
  readBy: string[];
}

export interface StoreDay {
  storeId: number;
  /** YYYY-MM-DD */
  today: string;
}
