import type { SwarmDefinition, SwarmEvent } from "swarmgraph";
import { plainText } from "../io.ts";
import type { Io, Output, Paint } from "../io.ts";
import { Spinner } from "./spinner.ts";

const COLORS = ["cyan", "magenta", "green", "blue", "yellow", "red"] as const;

/**
 * Shows a chat as it goes. On a terminal texts appear as they are written, and a spinner says which tools run; elsewhere
 * each thing is one line, once it is whole.
 */
export class Printer {
  readonly #output: Output;
  readonly #spinner: Spinner;
  readonly #isTerminal: boolean;
  readonly #order: readonly string[];
  readonly #running = new Map<string, { readonly label: string; readonly since: number }>();
  /** The message that is being written. */
  #open: string | undefined;
  #hasSpoken = false;

  constructor(io: Io, output: Output, definition: SwarmDefinition) {
    this.#output = output;
    this.#isTerminal = io.isTerminal;
    this.#spinner = new Spinner(io);
    this.#order = [...definition.agents.keys()];
  }

  /** An agent's name in its colour. */
  name(agent: string): string {
    const color = COLORS[Math.max(0, this.#order.indexOf(agent)) % COLORS.length] ?? "cyan";
    return this.#paint.bold(this.#paint[color](plainText(agent)));
  }

  push(event: SwarmEvent): void {
    switch (event.type) {
      case "run.started":
        this.#hasSpoken = false;
        return;
      case "message.delta":
        return this.#write(event.id, event.agent, event.text);
      case "message.done":
        return this.#finish(event);
      case "message.error":
        if (this.#open === event.id) this.#output.line(this.#paint.dim(" (taken back)"));
        this.#open = undefined;
        return;
      case "tool.started":
        this.#running.set(event.callId, {
          label: `${event.tool}(${JSON.stringify(event.args ?? {})})`,
          since: event.ts,
        });
        return this.#spin();
      case "tool.done":
      case "tool.error":
        return this.#toolEnded(event);
      case "tool.answered":
        return this.#row(event.isError ? "!" : "=", `${event.tool}: ${event.result}`, event.isError);
      case "handoff.done":
        return this.#hop(event, "→", event.reason);
      case "handoff.returned":
        return this.#hop(event, "→", "answered");
      case "handoff.refused":
      case "handoff.dropped":
        return this.#hop(event, "✗", event.reason ?? event.code);
      case "limit.reached":
        return this.#row("!", `limit: ${event.limit}`, true);
      case "guardrail.tripped":
        return this.#row("!", `guardrail "${event.guardrail}": ${event.reason}`, true);
      case "run.done":
        if (!this.#hasSpoken && event.output !== undefined && event.output !== null && event.output !== "") {
          this.#say(event.lastAgent, typeof event.output === "string" ? event.output : JSON.stringify(event.output));
        }
        return;
      default:
    }
  }

  /** Leaves the screen in order, also when a turn was cut. */
  end(): void {
    this.#running.clear();
    this.#spinner.clear();
    if (this.#open !== undefined) this.#output.line();
    this.#open = undefined;
  }

  get #paint(): Paint {
    return this.#output.paint;
  }

  #write(id: string, agent: string | undefined, text: string): void {
    if (!this.#isTerminal || text === "") return;
    this.#spinner.clear();
    if (this.#open !== id) this.#output.write(`${this.name(agent ?? "")} › `);
    this.#open = id;
    this.#output.write(plainText(text));
  }

  #finish({ id, agent, text }: SwarmEvent & { readonly type: "message.done" }): void {
    const isWritten = this.#open === id;
    this.#open = undefined;
    this.#hasSpoken ||= text.trim() !== "";
    if (isWritten) this.#output.line();
    else if (text.trim() !== "") this.#say(agent, text);
  }

  #say(agent: string | undefined, text: string): void {
    this.#spinner.clear();
    this.#output.line(`${this.name(agent ?? "")} › ${plainText(text.trim())}`);
  }

  #toolEnded(event: SwarmEvent & { readonly type: "tool.done" | "tool.error" }): void {
    const { label = event.tool, since = event.ts } = this.#running.get(event.callId) ?? {};
    this.#running.delete(event.callId);
    const isBad = event.type === "tool.error";
    this.#row(isBad ? "!" : "=", `${label} ${isBad ? "failed: " : ""}${event.result}`, isBad, `${event.ts - since} ms`);
    this.#spin();
  }

  #hop({ from, to }: { from: string; to: string }, sign: "→" | "✗", why?: string): void {
    this.#spinner.clear();
    const said = why === undefined || why === "" ? "" : `: ${flat(why)}`;
    const line = `  ${plainText(from)} ${sign} ${plainText(to)}${said}`;
    this.#output.line(sign === "→" ? this.#paint.yellow(line) : this.#paint.red(line));
  }

  #row(sign: "=" | "!", text: string, isBad: boolean, aside = ""): void {
    this.#spinner.clear();
    const line = `  ${sign} ${flat(text)}`;
    const time = this.#isTerminal && aside !== "" ? this.#paint.dim(` (${aside})`) : "";
    this.#output.line(`${isBad ? this.#paint.red(line) : this.#paint.dim(line)}${time}`);
  }

  #spin(): void {
    this.#spinner.show(flat([...this.#running.values()].map(({ label }) => label).join(", ")));
  }
}

function flat(text: string): string {
  return plainText(text).replace(/\s+/gu, " ").trim();
}
