import type { BaseCheckpointSaver } from "@langchain/langgraph";

const latest = { configurable: { thread_id: "t", checkpoint_ns: "" } };

/** The newest checkpoint of thread `t` with channels changed, stored in its place: as a disk or another release left it. */
export async function alterStored(saver: BaseCheckpointSaver, changes: Record<string, unknown>): Promise<void> {
  const tuple = await saver.getTuple(latest);
  if (tuple === undefined) throw new Error("the thread has no checkpoint");
  const { checkpoint, metadata, parentConfig } = tuple;
  const values = { ...checkpoint.channel_values, ...changes };
  await saver.put(
    parentConfig ?? latest,
    { ...checkpoint, channel_values: values },
    metadata ?? { source: "loop", step: 0, parents: {} },
    Object.fromEntries(Object.keys(changes).map((channel) => [channel, checkpoint.channel_versions[channel] ?? 1])),
  );
}

/** What is stored of thread `t`, by channel. */
export async function storedValues(saver: BaseCheckpointSaver): Promise<Record<string, unknown>> {
  return (await saver.getTuple(latest))?.checkpoint.channel_values ?? {};
}
