import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { tool } from "@langchain/core/tools";
import { SwarmAgent } from "../src/index.ts";
import { z } from "zod";

/** A point in a run at which its process may die. */
export type Point = (name: string) => void;

/** What happens in the world outside, in a file that outlives the process. */
export interface Effects {
  /** One line for each thing that happened: its tool, and what it was told to do it for. */
  readonly happened: readonly string[];
  add(line: string): void;
}

/** The effects in a file. */
export function effectsIn(path: string): Effects {
  return {
    get happened() {
      return existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
    },
    add: (line) => appendFileSync(path, `${line}\n`),
  };
}

/** One message of the model: what it says, and which tools it calls, as a function of what it was asked. */
type Turn = (prompt: readonly BaseMessage[]) => {
  readonly text: string;
  readonly calls?: readonly [string, object?][];
};

/** A model whose answer, ids included, depends on its prompt alone, so that a repeated call gives the same message. */
class PromptModel extends BaseChatModel {
  readonly #name: string;
  readonly #turn: Turn;
  readonly #point: Point;

  constructor(name: string, turn: Turn, point: Point) {
    super({});
    this.#name = name;
    this.#turn = turn;
    this.#point = point;
  }

  override _llmType(): string {
    return "prompt";
  }

  override bindTools(): this {
    return this;
  }

  override async _generate(prompt: BaseMessage[]): Promise<ChatResult> {
    this.#point(`before model ${this.#name}`);
    const { text, calls = [] } = this.#turn(prompt);
    const id = `${this.#name}-${prompt.map(({ id: one, text: said }) => `${one ?? ""}${said.length}`).join(".")}`;
    const message = new AIMessage({
      id,
      content: text,
      tool_calls: calls.map(([name, args = {}], index) => ({
        id: `${this.#name}${prompt.length}c${index}`,
        name,
        args: args as Record<string, unknown>,
        type: "tool_call" as const,
      })),
    });
    this.#point(`after model ${this.#name}`);
    return { generations: [{ text, message }] };
  }
}

/** How many results of tools stand after the last message of the user. */
function answered(prompt: readonly BaseMessage[]): number {
  return prompt.slice(prompt.findLastIndex(({ type }) => type === "human")).filter(({ type }) => type === "tool")
    .length;
}

/** Kinds of runs: tools beside each other, beside a handoff, one after the other over three agents, there and back. */
export const SCENARIOS = ["siblings", "beside a handoff", "three agents", "there and back"] as const;

const TURNS: Record<(typeof SCENARIOS)[number], Record<"a" | "b" | "c", Turn>> = {
  siblings: {
    a: (prompt) =>
      answered(prompt) === 0 ? { text: "", calls: [["pay"], ["mail"], ["pay", { for: "tip" }]] } : { text: "paid" },
    b: () => ({ text: "unused" }),
    c: () => ({ text: "unused" }),
  },
  "beside a handoff": {
    a: () => ({ text: "", calls: [["mail"], ["transfer_to_b"], ["pay"]] }),
    b: (prompt) => (answered(prompt) < 3 ? { text: "", calls: [["pay", { for: "b" }]] } : { text: "b is done" }),
    c: () => ({ text: "unused" }),
  },
  "three agents": {
    a: (prompt) =>
      answered(prompt) === 0 ? { text: "one moment", calls: [["pay"]] } : { text: "", calls: [["transfer_to_b"]] },
    b: (prompt) => (answered(prompt) < 2 ? { text: "", calls: [["mail"]] } : { text: "", calls: [["transfer_to_c"]] }),
    c: (prompt) => (answered(prompt) < 3 ? { text: "", calls: [["pay", { for: "c" }]] } : { text: "all done" }),
  },
  "there and back": {
    a: (prompt) => {
      if (answered(prompt) === 0) return { text: "", calls: [["pay"], ["mail"]] };
      if (answered(prompt) === 2) return { text: "", calls: [["transfer_to_b"]] };
      return answered(prompt) < 4 ? { text: "", calls: [["pay", { for: "the rest" }]] } : { text: "a closes" };
    },
    b: (prompt) =>
      answered(prompt) < 3 ? { text: "", calls: [["pay", { for: "b" }]] } : { text: "", calls: [["transfer_to_a"]] },
    c: () => ({ text: "unused" }),
  },
};

/** The swarm of a scenario. `pay` keeps to its idempotency key, `mail` does not. */
export function crashSwarm(scenario: (typeof SCENARIOS)[number], effects: Effects, point: Point) {
  const schema = z.object({ for: z.string().optional() });
  const pay = tool(
    async ({ for: purpose = "" }, runtime) => {
      const { idempotencyKey = "" } = runtime as { idempotencyKey?: string };
      point("before pay");
      const line = `pay ${purpose} ${idempotencyKey}`;
      if (!effects.happened.includes(line)) effects.add(line);
      point("after pay");
      return `paid ${purpose}`;
    },
    { name: "pay", description: "Pays.", schema },
  );
  const mail = tool(
    async (_args, runtime) => {
      point("before mail");
      effects.add(`mail ${(runtime as { toolCallId?: string }).toolCallId ?? ""}`);
      point("after mail");
      return "sent";
    },
    { name: "mail", description: "Sends a mail.", schema },
  );
  const turns = TURNS[scenario];
  const agent = (name: "a" | "b" | "c") => ({ model: new PromptModel(name, turns[name], point), tools: [pay, mail] });
  return new SwarmAgent({ entry: "a", agents: { a: agent("a"), b: agent("b"), c: agent("c") } });
}
