import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** One address for all workers of a version, as a load balancer gives them. */
export interface Balancer {
  readonly url: string;
  /** Puts a worker in the place of whoever had its number. */
  set(index: number, port: number): void;
  close(): Promise<void>;
}

/** Workers up to which the first one that is there gets all calls, so that a test knows where a run is. */
const FEW = 2;

/** Passes each connection on to a worker that takes it. */
export async function startBalancer(): Promise<Balancer> {
  const ports = new Map<number, number>();
  const open = new Set<Socket>();
  let turn = 0;
  const order = (): number[] => {
    const sorted = [...ports.keys()].toSorted((one, other) => one - other);
    if (sorted.length <= FEW) return sorted;
    turn = (turn + 1) % sorted.length;
    return [...sorted.slice(turn), ...sorted.slice(0, turn)];
  };
  const pass = (caller: Socket, [index, ...others]: readonly number[]): void => {
    if (index === undefined) {
      caller.destroy();
      return;
    }
    const worker = connect(ports.get(index) ?? 0, "127.0.0.1");
    worker.once("error", () => pass(caller, others));
    worker.once("connect", () => {
      worker.removeAllListeners("error");
      open.add(worker);
      for (const [one, other] of [
        [caller, worker],
        [worker, caller],
      ] as const) {
        one.on("error", () => other.destroy());
        one.once("close", () => other.destroy());
        one.pipe(other);
      }
      worker.once("close", () => open.delete(worker));
    });
  };
  const server = createServer((caller) => {
    open.add(caller);
    caller.once("close", () => open.delete(caller));
    caller.on("error", () => caller.destroy());
    pass(caller, order());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (index, port) => void ports.set(index, port),
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
