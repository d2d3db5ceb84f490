import type { Command } from "@langchain/langgraph";
import type { HumanRequest, PendingCall, PendingInterrupt } from "swarmgraph";
import { questionOf, resumeWith } from "../answers.ts";
import { plainText } from "../io.ts";
import type { Output } from "../io.ts";
import type { Lines } from "./lines.ts";

/** The end of the input, before everything was answered. */
const OVER = Symbol("over");

/** Asks for everything that a run waits for; `undefined` where the input ends before. */
export async function askAnswers(
  interrupts: readonly PendingInterrupt[],
  { lines, output }: { readonly lines: Lines; readonly output: Output },
): Promise<Command | undefined> {
  const asker = new Asker(lines, output);
  const answers: unknown[] = [];
  for (const interrupt of interrupts) {
    const answer = await asker.answer(interrupt);
    if (answer === OVER) return undefined;
    answers.push(answer);
  }
  return resumeWith(interrupts, answers);
}

class Asker {
  readonly #lines: Lines;
  readonly #output: Output;

  constructor(lines: Lines, output: Output) {
    this.#lines = lines;
    this.#output = output;
  }

  async answer(interrupt: PendingInterrupt): Promise<unknown> {
    const { kind, value } = questionOf(interrupt);
    switch (kind) {
      case "handoff": {
        const { from, to, reason, input } = value;
        const why = [reason, input].filter((part) => part !== undefined).map(inWords);
        return this.#decision([`"${from}" wants to hand off to "${to}"`, ...why].join(": "));
      }
      case "tools":
        return this.#tools(value.agent, value.calls);
      case "human":
        return this.#person(value);
      default:
        return this.#text(`The run asks: ${inWords(value)}`, "answer");
    }
  }

  async #tools(agent: string, calls: readonly PendingCall[]): Promise<unknown> {
    const answers: Record<string, unknown> = {};
    for (const { callId, name, args, needs } of calls) {
      const call = `"${agent}" wants to call ${name}(${inWords(args ?? {})})`;
      const answer = needs === "result" ? await this.#result(call, name) : await this.#decision(call);
      if (answer === OVER) return OVER;
      answers[callId] = answer;
    }
    return answers;
  }

  async #result(question: string, tool: string): Promise<unknown> {
    const text = await this.#text(question, `result of ${tool}`);
    return text === OVER ? OVER : { result: text };
  }

  async #decision(question: string): Promise<unknown> {
    this.#ask(question);
    for (;;) {
      const line = await this.#lines.ask("  allow it? y, n, or n and why › ");
      if (line === undefined) return OVER;
      const [, word = "", reason = ""] = /^\s*(\S*)\s*(.*?)\s*$/su.exec(line) ?? [];
      if (/^y(?:es)?$/iu.test(word)) return { approve: true };
      if (/^no?[,:]?$/iu.test(word)) return { approve: false, ...(reason !== "" && { reason }) };
      this.#output.line('  Answer "y" or "n"; after "n" you may say why, for the agent to read.');
    }
  }

  async #person({ name, messages, handoff, canHandoffTo, problem }: HumanRequest): Promise<unknown> {
    const said = messages.at(-1)?.text;
    this.#ask(`The conversation is with ${name} now, so with you${said === undefined ? "." : `. Last: ${said}`}`);
    if (handoff?.reason !== undefined) this.#output.line(`  ${plainText(`${handoff.from}: ${handoff.reason}`)}`);
    if (problem !== undefined) this.#output.line(`  ${plainText(problem)}`);
    if (canHandoffTo.length > 0) {
      this.#output.line(`  Say something, or "/to <agent> [why]": ${canHandoffTo.map(plainText).join(", ")}.`);
    }
    const line = await this.#text(undefined, name);
    const [, to, reason = ""] = (typeof line === "string" && /^\/to\s+(\S+)\s*(.*)$/su.exec(line)) || [];
    return to === undefined ? line : { handoffTo: to, ...(reason !== "" && { reason }) };
  }

  /** A line that says something. */
  async #text(question: string | undefined, prompt: string): Promise<string | typeof OVER> {
    if (question !== undefined) this.#ask(question);
    for (;;) {
      const line = await this.#lines.ask(`  ${plainText(prompt)} › `);
      if (line === undefined) return OVER;
      if (line.trim() !== "") return line.trim();
    }
  }

  #ask(question: string): void {
    this.#output.line(this.#output.paint.yellow(`? ${plainText(question)}`));
  }
}

function inWords(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
