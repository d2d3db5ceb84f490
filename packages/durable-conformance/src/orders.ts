import type { AIMessage } from "@langchain/core/messages";
import type { DurableEngine, OpenEngine, Reply } from "./engine.ts";
import { suiteSwarm } from "./swarm.ts";
import { World } from "./world.ts";

/** What a worker is told to do. */
export type Order =
  | ({ readonly do: "ask" } & Omit<Parameters<DurableEngine["ask"]>[0], "signal">)
  | ({ readonly do: "answer" } & Parameters<DurableEngine["answer"]>[0])
  | ({ readonly do: "fork" } & Omit<Parameters<NonNullable<DurableEngine["fork"]>>[0], "signal">)
  | { readonly do: "branches" | "log"; readonly threadId: string }
  /** Ends the run of an `ask`, as the caller's signal does. */
  | { readonly do: "cancel"; readonly id: string }
  | { readonly do: "go on"; readonly place: string };

/** One message of a thread, without what differs between two runs of the same kind. */
export interface Told {
  readonly type: string;
  readonly name: string | undefined;
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly args: unknown }[];
}

/** Does what it is told, with an engine. */
export type Obey = (order: Order) => Promise<Reply | readonly Told[] | readonly (readonly string[])[] | undefined>;

/** What a worker works in. */
export interface WorkPlace {
  /** The directory of the world outside. */
  readonly world: string;
  readonly thinkMs: number;
  /** Somebody holds at a place. */
  readonly onHeld: (place: string) => void;
}

/** Opens an engine, and obeys orders with it. */
export async function obeying(
  open: OpenEngine,
  { world, thinkMs, onHeld }: WorkPlace,
): Promise<{ obey: Obey; close: () => Promise<void> }> {
  const outside = new World(world);
  const held = new Map<string, () => void>();
  const runs = new Map<string, AbortController>();
  const hold = async (place: string): Promise<void> => {
    if (!outside.holdsFirst(place)) return;
    await new Promise<void>((resolve) => {
      held.set(place, resolve);
      onHeld(place);
    });
  };
  const engine = await open((plugs) => suiteSwarm({ world: outside, hold, thinkMs }, plugs));
  const run = async <T>(id: string, start: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const controller = new AbortController();
    runs.set(id, controller);
    return start(controller.signal).finally(() => runs.delete(id));
  };
  const obey: Obey = async (order) => {
    switch (order.do) {
      case "ask":
        return run(order.id, (signal) => engine.ask({ ...order, signal }));
      case "answer":
        return engine.answer(order);
      case "fork":
        return run(order.id, async (signal) => engine.fork?.({ ...order, signal }));
      case "branches":
        return engine.branches?.(order.threadId);
      case "log":
        return (await engine.log(order.threadId)).map((message) => ({
          type: message.type,
          name: message.name,
          text: message.text,
          calls: ((message as AIMessage).tool_calls ?? []).map(({ name, args }) => ({ name, args })),
        }));
      case "cancel":
        runs.get(order.id)?.abort();
        return undefined;
      case "go on":
        held.get(order.place)?.();
        return undefined;
    }
  };
  return { obey, close: () => engine.close() };
}
