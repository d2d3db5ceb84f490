import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { MemorySaver } from "@langchain/langgraph";

/** LangGraph's saver in memory, kept in a file: written whole after each change, and put in place by a rename. */
export class FileSaver extends MemorySaver {
  readonly #path: string;
  readonly #point: () => void;

  /** `point` is called before and after each write of the file. */
  constructor(path: string, point: () => void = () => {}) {
    super();
    this.#path = path;
    this.#point = point;
    if (!existsSync(path)) return;
    const stored = JSON.parse(readFileSync(path, "utf8"), reviveBytes) as Pick<MemorySaver, "storage" | "writes">;
    Object.assign(this.storage, stored.storage);
    Object.assign(this.writes, stored.writes);
  }

  override async put(...args: Parameters<MemorySaver["put"]>): ReturnType<MemorySaver["put"]> {
    const config = await super.put(...args);
    this.#save();
    return config;
  }

  override async putWrites(...args: Parameters<MemorySaver["putWrites"]>): Promise<void> {
    await super.putWrites(...args);
    this.#save();
  }

  #save(): void {
    this.#point();
    const { storage, writes } = this;
    writeFileSync(`${this.#path}.new`, JSON.stringify({ storage, writes }, showBytes));
    renameSync(`${this.#path}.new`, this.#path);
    this.#point();
  }
}

function showBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { bytes: Buffer.from(value).toString("base64") } : value;
}

function reviveBytes(_key: string, value: unknown): unknown {
  const isBytes = typeof value === "object" && value !== null && "bytes" in value && typeof value.bytes === "string";
  return isBytes ? new Uint8Array(Buffer.from((value as { bytes: string }).bytes, "base64")) : value;
}
