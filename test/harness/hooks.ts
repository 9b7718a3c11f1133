/** For the whole run: what tests share is ended after the last of them. */
import { stopTestServer } from "./postgres.ts";

export const mochaHooks = {
  async afterAll(): Promise<void> {
    await stopTestServer();
  },
};
