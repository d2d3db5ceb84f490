import { createInterface } from "node:readline";
import type { Interface } from "node:readline";
import type { Io } from "../io.ts";

/** Reads lines one at a time: typed ones, with a prompt, or those that come over a pipe. */
export class Lines {
  readonly #io: Io;
  readonly #reader: Interface;
  /** What came before anybody asked. */
  readonly #early: string[] = [];
  #waiting: ((line: string | undefined) => void) | undefined;
  #isOver = false;

  /** `onInterrupt` is called for Ctrl-C, which a terminal in line mode keeps from the process. */
  constructor(io: Io, onInterrupt: () => void) {
    this.#io = io;
    const ends = io.isInteractive ? { input: io.stdin, output: io.stdout, terminal: true } : { input: io.stdin };
    this.#reader = createInterface(ends);
    this.#reader.on("SIGINT", onInterrupt);
    this.#reader.on("line", (line) => this.#take(line));
    this.#reader.on("close", () => {
      this.#isOver = true;
      this.#take(undefined);
    });
    io.signal.addEventListener("abort", () => this.close(), { once: true });
  }

  /** The next line; `undefined` at the end of the input. The prompt is shown to who types. */
  ask(prompt: string): Promise<string | undefined> {
    const early = this.#early.shift();
    if (early !== undefined) return Promise.resolve(early);
    if (this.#isOver) return Promise.resolve(undefined);
    if (this.#io.isInteractive) {
      this.#reader.setPrompt(prompt);
      this.#reader.prompt();
    }
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  close(): void {
    this.#reader.close();
  }

  #take(line: string | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) waiting(line);
    else if (line !== undefined) this.#early.push(line);
  }
}
