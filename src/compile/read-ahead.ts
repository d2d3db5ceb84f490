import type { RunnableConfig } from "@langchain/core/runnables";
import type { BaseCheckpointSaver, CheckpointTuple } from "@langchain/langgraph";
import type { Head } from "./left-run.ts";

/** A checkpointer for one run, whose first look at its thread is answered with what was read of it just before. */
export function readAhead(checkpointer: BaseCheckpointSaver, { tuple }: Head): BaseCheckpointSaver {
  let isFirst = true;
  const getTuple = async (config: RunnableConfig): Promise<CheckpointTuple | undefined> => {
    const { checkpoint_id, checkpoint_ns } = config.configurable ?? {};
    const isHeads = isFirst && !checkpoint_id && !checkpoint_ns;
    isFirst = false;
    return isHeads ? tuple : checkpointer.getTuple(config);
  };
  return new Proxy(checkpointer, {
    get(target, key) {
      if (key === "getTuple") return getTuple;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
