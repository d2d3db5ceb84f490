import { randomUUID } from "node:crypto";
import { ToolsError } from "../errors.ts";
import { wholeNumber } from "../options.ts";

/** A file to be kept. */
export interface FileContent {
  /** A plain name with an extension, e.g. `chart-1.svg`. */
  readonly fileName: string;
  /** A media type, e.g. `image/svg+xml`. */
  readonly fileType: string;
  readonly data: Uint8Array;
}

/** A file that was kept, without its content: fit for messages and artifacts. */
export interface StoredFile {
  readonly fileId: string;
  readonly fileName: string;
  readonly fileType: string;
  /** The size of its content. */
  readonly bytes: number;
}

/**
 * Where the files of tools are kept. Contract: `put` makes a new id that cannot be guessed, and rejects with
 * `FILE_TOO_LARGE` what it does not take; `get` of an unknown id is undefined.
 */
export interface FileStore {
  put(file: FileContent): Promise<StoredFile>;
  get(fileId: string): Promise<FileContent | undefined>;
}

/** Options of {@link memoryFileStore}. */
export interface MemoryFileStoreOptions {
  /** The largest file, in bytes. Default: 4 MiB. */
  readonly maxFileBytes?: number;
  /** All files together, in bytes; the oldest make room. Default: 64 MiB. */
  readonly maxBytes?: number;
}

/**
 * Keeps files in memory, up to a size.
 *
 * @example
 * ```ts
 * import { memoryFileStore } from "@swarmgraph/tools";
 *
 * const files = memoryFileStore();
 * const data = new TextEncoder().encode("<svg/>");
 * const { fileId, bytes } = await files.put({ fileName: "empty.svg", fileType: "image/svg+xml", data });
 * bytes; // 6
 * (await files.get(fileId))?.fileName; // "empty.svg"
 * ```
 */
export function memoryFileStore(options: MemoryFileStoreOptions = {}): FileStore {
  const maxBytes = wholeNumber("maxBytes", options.maxBytes ?? 64 * 1024 * 1024);
  const most = Math.min(wholeNumber("maxFileBytes", options.maxFileBytes ?? 4 * 1024 * 1024), maxBytes);
  const files = new Map<string, FileContent>();
  let held = 0;
  return {
    async put({ fileName, fileType, data }) {
      const bytes = data.byteLength;
      if (bytes > most) {
        throw new ToolsError("FILE_TOO_LARGE", `file "${fileName}" has ${bytes} bytes, and a file may have ${most}.`);
      }
      const fileId = randomUUID();
      files.set(fileId, { fileName, fileType, data: data.slice() });
      held += bytes;
      for (const [oldest, file] of files) {
        if (held <= maxBytes) break;
        files.delete(oldest);
        held -= file.data.byteLength;
      }
      return { fileId, fileName, fileType, bytes };
    },
    async get(fileId) {
      const file = files.get(fileId);
      return file && { ...file, data: file.data.slice() };
    },
  };
}
