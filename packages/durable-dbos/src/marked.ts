import type { BaseCheckpointSaver, CheckpointMetadata } from "@langchain/langgraph-checkpoint";

/**
 * A checkpointer that writes into the metadata of each checkpoint whose it is, where that one may still write: else `marks`
 * rejects. A proxy, since a checkpointer's methods use private fields of their own.
 */
export function marked<T extends BaseCheckpointSaver>(
  checkpointer: T,
  marks: () => Promise<Record<string, unknown>>,
): T {
  const put: BaseCheckpointSaver["put"] = async (config, checkpoint, metadata, versions) =>
    checkpointer.put(config, checkpoint, { ...metadata, ...(await marks()) } as CheckpointMetadata, versions);
  return new Proxy(checkpointer, {
    get: (target, property) => {
      if (property === "put") return put;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
