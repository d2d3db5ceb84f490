import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { MemorySaver } from "@langchain/langgraph";
import type {
  AgentRecord,
  AgentStore,
  ConversationRecord,
  ConversationStore,
} from "../../../packages/server/src/index.ts";

/** A checkpointer in one file, written whole with every change: what it has said to be stored outlives the process. */
export class FileSaver extends MemorySaver {
  readonly #path: string;

  constructor(directory: string) {
    super();
    this.#path = join(directory, "checkpoints");
    Object.assign(this, readWhole(this.#path) ?? {});
  }

  override async put(...change: Parameters<MemorySaver["put"]>): ReturnType<MemorySaver["put"]> {
    const config = await super.put(...change);
    this.#save();
    return config;
  }

  override async putWrites(...change: Parameters<MemorySaver["putWrites"]>): Promise<void> {
    await super.putWrites(...change);
    this.#save();
  }

  override async deleteThread(id: string): Promise<void> {
    await super.deleteThread(id);
    this.#save();
  }

  #save(): void {
    writeWhole(this.#path, { storage: this.storage, writes: this.writes });
  }
}

/** A store of agents in one file. */
export function fileAgentStore(directory: string): AgentStore {
  return fileRecords<AgentRecord>(join(directory, "agents"));
}

/** A store of conversations in one file. */
export function fileConversationStore(directory: string): ConversationStore {
  const records = fileRecords<ConversationRecord>(join(directory, "conversations"));
  return {
    ...records,
    delete: async (id) => void (await records.delete(id)),
    list: async ({ offset, limit }) => (await records.list()).slice(offset, offset + limit),
  };
}

function fileRecords<T extends { readonly id: string }>(path: string) {
  const read = (): Map<string, T> => (readWhole(path) as Map<string, T> | undefined) ?? new Map();
  return {
    get: async (id: string): Promise<T | undefined> => read().get(id),
    put: async (record: T): Promise<void> => writeWhole(path, read().set(record.id, record)),
    delete: async (id: string): Promise<boolean> => {
      const records = read();
      const existed = records.delete(id);
      writeWhole(path, records);
      return existed;
    },
    list: async (): Promise<readonly T[]> => [...read().values()],
  };
}

function readWhole(path: string): unknown {
  return existsSync(path) ? (deserialize(readFileSync(path)) as unknown) : undefined;
}

/** A reader, and a process that is started later, find the file before or after the change, never in between. */
function writeWhole(path: string, value: unknown): void {
  writeFileSync(`${path}.new`, serialize(value));
  renameSync(`${path}.new`, path);
}
