/** A payment provider as a plugin of its own: it speaks HTTP to a terminal, which a test plays (terminal.ts). */
import { z } from "zod";
import { definePlugin, KERNEL_VERSION } from "../../../../kernel/plugin.ts";
import { type ProviderAnswer, salesRef } from "../../api.ts";

const answer = z.object({ state: z.string(), reference: z.string().optional(), qr: z.string().optional() });

export const plugin = definePlugin({
  name: "fake-terminal",
  kernel: KERNEL_VERSION,
  needs: { sales: salesRef },
  config: z.object({ TERMINAL_URL: z.url().describe("where the terminal answers") }),
  setup({ config, services }) {
    const call = async (path: string, body: object, signal: AbortSignal): Promise<ProviderAnswer> => {
      const reply = await fetch(`${config.TERMINAL_URL}${path}`, {
        method: "POST",
        body: JSON.stringify(body),
        signal,
      });
      if (!reply.ok) throw new Error(`the terminal answered ${reply.status}`);
      return answer.parse(await reply.json()) as ProviderAnswer;
    };
    services.sales.registerProvider({
      code: "fake",
      name: "Datáfono de prueba",
      create: (request, signal) => call("/create", request, signal),
      status: (id, signal) => call("/status", { id }, signal),
      cancel: (id, signal) => call("/cancel", { id }, signal),
      refund: async (id, refund, signal) => void (await call("/refund", { id, ...refund }, signal)),
    });
    return {};
  },
});
