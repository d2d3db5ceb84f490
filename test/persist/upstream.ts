import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";
import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";
import type { Backend } from "./backends.ts";

/** LangGraph's own saver on the same database. */
export function upstreamSaver({ kind, address }: Pick<Backend, "kind" | "address">): {
  readonly saver: BaseCheckpointSaver;
  readonly close: () => Promise<void>;
} {
  if (kind === "sqlite") {
    const saver = SqliteSaver.fromConnString(address);
    return { saver, close: async () => void saver.db.close() };
  }
  const saver = PostgresSaver.fromConnString(address);
  return { saver, close: () => saver.end() };
}
