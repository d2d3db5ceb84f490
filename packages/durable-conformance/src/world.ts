import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Between an effect and the key that it has. */
const KEY = "\t";

/** What happens outside of the swarm, in a directory that outlives its processes. */
export class World {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Does something once per key, as a payment service with idempotency keys does. */
  doOnce(threadId: string, key: string, line: string): void {
    // In one write: who is killed between a claim and its effect would have paid nothing, and nobody could pay any more.
    this.do(threadId, `${line}${KEY}${key}`);
  }

  /** Does something each time that it is called. */
  do(threadId: string, line: string): void {
    appendFileSync(this.#log(threadId), `${line}\n`);
  }

  /** What was done for a thread, in order. */
  done(threadId: string): readonly string[] {
    const keys = new Set<string>();
    return linesOf(this.#log(threadId)).flatMap((written) => {
      const [line = "", key] = written.split(KEY);
      const isRepeated = key !== undefined && keys.has(key);
      if (key !== undefined) keys.add(key);
      return isRepeated ? [] : [line];
    });
  }

  /** A step of a run begins: see {@link World.begun}. */
  begin(run: string): void {
    appendFileSync(this.#begun(), `${run}\n`);
  }

  /**
   * The runs of all threads, by the ids of what was asked, in the order in which steps of them began. Not when they ended:
   * nobody can keep a process from finishing a step during which it was frozen and lost its thread.
   */
  begun(): readonly string[] {
    return linesOf(this.#begun());
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

  #begun(): string {
    return join(this.#directory, "begun");
  }

  #log(threadId: string): string {
    return join(this.#directory, `done-${hashed(threadId)}`);
  }
}

function linesOf(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
}

function hashed(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 24);
}
