import { deltaChannelHistoryTests, validate } from "@langchain/langgraph-checkpoint-validation";
import type { CheckpointSaverTestInitializer } from "@langchain/langgraph-checkpoint-validation";
import { describe } from "vitest";
import { createBackend, KINDS } from "./backends.ts";
import type { Backend } from "./backends.ts";
import type { Saver } from "./savers.ts";

/** LangGraph's suite knows its savers by these names, and what each is not asked for: SQLite keeps whole states. */
const UPSTREAM_NAMES = {
  sqlite: "@langchain/langgraph-checkpoint-sqlite",
  postgres: "@langchain/langgraph-checkpoint-postgres",
} as const;

describe.each(KINDS)("[I13] the saver on %s passes LangGraph's conformance suite", (kind) => {
  const backends = new Map<Saver, Backend>();
  const initializer: CheckpointSaverTestInitializer<Saver> = {
    checkpointerName: UPSTREAM_NAMES[kind],
    createCheckpointer: async () => {
      const backend = await createBackend(kind);
      const saver = await backend.open();
      backends.set(saver, backend);
      return saver;
    },
    destroyCheckpointer: async (saver) => {
      await backends.get(saver)?.remove();
      backends.delete(saver);
    },
  };
  validate(initializer);
  deltaChannelHistoryTests(initializer);
});
