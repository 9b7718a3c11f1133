/** Ours and a peer, asked by the same clients in turn: which share of the peer's throughput ours reaches. */
import type { Load } from "./load/load.ts";
import { perSecond } from "./load/load.ts";
import type { Order } from "./load/protocol.ts";
import { type Figure, interleaved, median, percentile, ROUNDS } from "./stats.ts";

export type Side = Omit<Order, "clients" | "seconds">;

export async function shareOf(
  load: Load,
  what: { name: string; clients: number; seconds: number; ours: Side; peer: Side; peerName: string },
): Promise<Figure & { peer: number[] }> {
  const { name, clients, seconds, ours, peer, peerName } = what;
  const turn = (side: Side) => () => load.run({ ...side, clients, seconds });
  const [own = [], others = []] = await interleaved(ROUNDS, [turn(ours), turn(peer)]);
  const [rates, peerRates] = [own.map(perSecond), others.map(perSecond)];
  const p99 = percentile(
    own.flatMap(({ samples }) => samples),
    0.99,
  );
  return {
    name: `${name}, ${clients} clients, of ${peerName}`,
    value: (100 * median(rates)) / median(peerRates),
    unit: "%",
    beside: `${median(rates).toFixed(0)}/s, p99 ${p99.toFixed(1)} ms; ${peerName} ${median(peerRates).toFixed(0)}/s`,
    samples: rates,
    peer: peerRates,
  };
}
