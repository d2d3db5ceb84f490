import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What happens outside of the swarm, in a directory that outlives its processes. */
export class World {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Does something once per key, as a payment service with idempotency keys does. */
  doOnce(threadId: string, key: string): void {
    if (this.#claim(`key-${key}`)) this.do(threadId, `paid ${key}`);
  }

  /** Does something each time that it is called. */
  do(threadId: string, line: string): void {
    appendFileSync(this.#log(threadId), `${line}\n`);
  }

  /** What was done for a thread, in order. */
  done(threadId: string): readonly string[] {
    const path = this.#log(threadId);
    return existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
  }

  /** Whether this is the first time in any process that somebody holds at this place. */
  holdsFirst(place: string): boolean {
    return this.#claim(`hold-${place}`);
  }

  #claim(name: string): boolean {
    try {
      writeFileSync(join(this.#directory, hashed(name)), name, { flag: "wx" });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    }
  }

  #log(threadId: string): string {
    return join(this.#directory, `done-${hashed(threadId)}`);
  }
}

function hashed(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 24);
}
