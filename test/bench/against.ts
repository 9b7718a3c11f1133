/** Ours and a peer, asked by the same clients in turn: which share of the peer's throughput ours reaches. */
import type { Load } from "./load/load.ts";
import { latenciesOf, perSecond, withRest } from "./load/load.ts";
import type { Order } from "./load/protocol.ts";
import { type Figure, interleaved, median, percentile, ROUNDS } from "./stats.ts";

export interface Side extends Omit<Order, "clients" | "seconds"> {
  /** ends when what its answers have left to do is done: in its own time, not in the other's */
  rest?: () => Promise<void>;
}

export async function shareOf(
  load: Load,
  what: { name: string; clients: number; seconds: number; ours: Side; peer: Side; peerName: string },
): Promise<Figure & { peer: number[] }> {
  const { name, clients, seconds, ours, peer, peerName } = what;
  const turn =
    ({ rest = async () => {}, ...side }: Side) =>
    () =>
      withRest(load.run({ ...side, clients, seconds }), rest);
  const [own = [], others = []] = await interleaved(ROUNDS, [turn(ours), turn(peer)]);
  const [rates, peerRates] = [own.map(perSecond), others.map(perSecond)];
  const raw = { own: latenciesOf(own), peer: latenciesOf(others) };
  return {
    name: `${name}, ${clients} clients, of ${peerName}`,
    value: (100 * median(rates)) / median(peerRates),
    unit: "%",
    beside: `${median(rates).toFixed(0)}/s, p99 ${percentile(raw.own, 0.99).toFixed(1)} ms; ${peerName} ${median(peerRates).toFixed(0)}/s`,
    samples: rates,
    peer: peerRates,
    raw,
  };
}

/** Of the same requests: how long each took of ours and of bare node:http that answers a constant, in turns. */
export async function besideBare(
  load: Load,
  bareUrl: string,
  turn: () => Omit<Order, "clients" | "count">,
  { clients, count }: { clients: number; count: number },
): Promise<{ samples: number[]; peer: number[]; ratio: string }> {
  const own = () => load.run({ ...turn(), clients, count });
  const bare = () => load.run({ ...turn(), url: bareUrl, clients, count });
  const [ours = [], others = []] = await interleaved(ROUNDS, [own, bare]);
  const p95 = (answers: typeof ours) => median(answers.map(({ samples }) => percentile(samples, 0.95)));
  const ratio = `bare node:http p95 ${p95(others).toFixed(1)} ms, of which it is ${(p95(ours) / p95(others)).toFixed(1)} x (medians of ${ROUNDS} rounds)`;
  return { samples: latenciesOf(ours), peer: latenciesOf(others), ratio };
}
