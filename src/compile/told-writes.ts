import type { BaseCheckpointSaver } from "@langchain/langgraph";

/** The methods that LangGraph calls without waiting for them at once. */
const WRITES: ReadonlySet<PropertyKey> = new Set(["put", "putWrites"]);

/**
 * A checkpointer for one run, which tells of a write that failed in place of rejecting. LangGraph looks at what became of its
 * writes when a step is over, or not at all where the run was aborted: one that is rejected while a model thinks, a lease
 * that has ended or a database that is gone, would take the whole process down as an unhandled rejection. Whoever is told
 * has to end the run.
 */
export function tellingFailedWrites(
  checkpointer: BaseCheckpointSaver,
  onFailed: (error: unknown) => void,
): BaseCheckpointSaver {
  return new Proxy(checkpointer, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      const method = value.bind(target) as (...given: unknown[]) => unknown;
      if (!WRITES.has(key)) return method;
      return async (...given: unknown[]) => {
        try {
          return await method(...given);
        } catch (error) {
          onFailed(error);
          return given[0];
        }
      };
    },
  });
}
