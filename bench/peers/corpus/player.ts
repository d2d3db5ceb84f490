import { validateWire } from "../../../src/testing/index.ts";
import { say } from "./script.ts";
import type { Seen, StepScript, SwarmScript } from "./script.ts";

/** How a request is put on the wire; each system in the one that is its default. */
export type Wire = "openai-chat" | "openai-responses";

/** One request of an agent's model. */
export interface Request {
  /** The agent's name. */
  readonly agent: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly seen: Seen;
}

/** Rules that no provider's own answer shows, only servers that speak its API; nobody is measured by them. */
const INFERRED = new Set(["O20", "P17"]);

type Item = Readonly<Record<string, unknown>>;

/** Plays the models of a swarm, and keeps what they were asked. */
export class Player {
  readonly requests: Request[] = [];
  readonly #swarm: SwarmScript;
  readonly #wire: Wire;
  readonly #asked = new Map<number, number>();

  constructor(swarm: SwarmScript, wire: Wire) {
    this.#swarm = swarm;
    this.#wire = wire;
  }

  /** The answer of the agent at that place; once its script is over it says so. */
  next(index: number, body: Readonly<Record<string, unknown>>): StepScript {
    const { name, model = [say(`I am agent ${index}`)] } = this.#swarm.agents[index] ?? { name: "" };
    const seen = seenIn(body);
    this.requests.push({ agent: name, body, seen });
    if (typeof model === "function") return model(seen);
    const step = this.#asked.get(index) ?? 0;
    this.#asked.set(index, step + 1);
    return model[step] ?? say("the script is over");
  }

  /** The requests of one agent. */
  of(agent: string): readonly Request[] {
    return this.requests.filter((request) => request.agent === agent);
  }

  /** Every rule of the provider's that a request breaks, as a sentence. */
  problems(): string[] {
    return this.requests.flatMap(({ agent, body }) => {
      const broken = validateWire(this.#wire, body).filter(({ rule }) => !INFERRED.has(rule));
      const found = broken.map(({ message }) => message);
      const names = seenIn(body).tools;
      const twice = names.find((tool, index) => names.indexOf(tool) < index);
      if (twice !== undefined) found.push(`it offers two tools named "${twice}"`);
      return found.map((message) => `a request of agent "${agent}" is invalid: ${message}`);
    });
  }
}

function seenIn(body: Item): Seen {
  const items = (body["messages"] ?? body["input"] ?? []) as readonly Item[] | string;
  if (typeof items === "string") return { user: items, results: [], tools: toolsIn(body) };
  const user = items.findLast(({ role }) => role === "user");
  const results = items.filter(({ role, type }) => role === "tool" || type === "function_call_output");
  return {
    user: textOf(user?.["content"]),
    results: results.map(({ content, output }) => textOf(content ?? output)),
    tools: toolsIn(body),
  };
}

function toolsIn(body: Item): string[] {
  return ((body["tools"] ?? []) as readonly Item[]).map(({ name, function: inner }) =>
    String(name ?? (inner as Item | undefined)?.["name"]),
  );
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return content === undefined ? "" : (JSON.stringify(content) ?? "");
  return content.map((part: Item) => (typeof part["text"] === "string" ? part["text"] : JSON.stringify(part))).join("");
}
