import { handlers, object } from "@restatedev/restate-sdk";
import type { ObjectContext, ObjectSharedContext } from "@restatedev/restate-sdk";
import type { SwarmEvent } from "swarmgraph";
import { UNTIL_BACK } from "./until-back.ts";
import type { EventsReply, ToldEvent } from "./protocol.ts";

/** What a log knows of itself; its events are kept in batches, each under the offset of its first one. */
interface Head {
  readonly count: number;
  readonly batches: readonly number[];
  /** By what the events are known again. */
  readonly keys: readonly string[];
  readonly isOver: boolean;
}

interface LogState {
  head: Head;
  [batch: `batch:${number}`]: readonly SwarmEvent[];
}

const EMPTY: Head = { count: 0, batches: [], keys: [], isOver: false };

const OVER: ReadonlySet<string> = new Set(["run.done", "run.error"]);

/**
 * The events of one run, by the run's id: written once each, numbered without gaps in the order of their arrival, and read
 * from any offset by whoever asks. A run that is gone through again tells its events again; these are known by their keys.
 */
export function runLog(name: string) {
  return object({
    name,
    options: { enableLazyState: true, retryPolicy: UNTIL_BACK },
    handlers: {
      append: async (context: ObjectContext<LogState>, told: readonly ToldEvent[]): Promise<number> => {
        const head = (await context.get("head")) ?? EMPTY;
        const keys = new Set(head.keys);
        const fresh = told.filter(({ key }) => !keys.has(key) && keys.add(key));
        if (fresh.length === 0 || head.isOver) return head.count;
        const events = fresh.map(({ event }, index): SwarmEvent => ({ ...event, seq: head.count + index }));
        context.set(`batch:${head.count}`, events);
        const count = head.count + events.length;
        const isOver = events.some(({ type }) => OVER.has(type));
        context.set("head", { count, batches: [...head.batches, head.count], keys: [...keys], isOver });
        return count;
      },
      read: handlers.object.shared(
        async (context: ObjectSharedContext<LogState>, { from }: { readonly from: number }): Promise<EventsReply> => {
          const { count, batches, isOver } = (await context.get("head")) ?? EMPTY;
          const events: SwarmEvent[] = [];
          for (const [index, start] of batches.entries()) {
            if ((batches[index + 1] ?? count) <= from) continue;
            const batch = (await context.get(`batch:${start}`)) ?? [];
            events.push(...batch.filter(({ seq }) => seq >= from));
          }
          return { events, next: Math.max(count, from), isOver };
        },
      ),
      forget: async (context: ObjectContext<LogState>): Promise<void> => {
        context.clearAll();
      },
    },
  });
}
