import { unwatchFile, watchFile } from "node:fs";

const POLL_MS = 250;

/** Says when files change, once for changes that come together. Looks at them by itself, so that every editor will do. */
export class FileWatch {
  readonly #onChange: () => void;
  readonly #files = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Watches more files. */
  add(files: Iterable<string>): void {
    for (const file of files) {
      if (this.#files.has(file)) continue;
      this.#files.add(file);
      watchFile(file, { interval: POLL_MS }, (now, before) => {
        if (now.mtimeMs !== before.mtimeMs || now.size !== before.size) this.#changed();
      });
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const file of this.#files) unwatchFile(file);
    this.#files.clear();
  }

  #changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onChange, POLL_MS / 2);
  }
}
