import type { Io } from "../io.ts";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 80;

/** One line at the end of the screen that moves while something runs. Off a terminal it shows nothing. */
export class Spinner {
  readonly #io: Io;
  #text = "";
  #frame = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(io: Io) {
    this.#io = io;
  }

  /** Shows a text; an empty one takes the line away. */
  show(text: string): void {
    if (!this.#io.isTerminal) return;
    this.#text = text;
    if (text === "") {
      this.clear();
      return;
    }
    this.#timer ??= setInterval(() => this.#draw(), FRAME_MS);
    this.#draw();
  }

  /** Takes the line away, so that something can be written in its place. */
  clear(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#io.stdout.write("\r\u001b[K");
  }

  #draw(): void {
    this.#frame = (this.#frame + 1) % FRAMES.length;
    const line = [...`  ${FRAMES[this.#frame]} ${this.#text}`].slice(0, this.#io.width - 1).join("");
    this.#io.stdout.write(`\r\u001b[K${line}`);
  }
}
