import { SwarmMemorySaver } from "swarmgraph";
import { askAnswers } from "../chat/ask-answers.ts";
import { Conversation } from "../chat/conversation.ts";
import { Lines } from "../chat/lines.ts";
import { Printer } from "../chat/printer.ts";
import { slash } from "../chat/slash.ts";
import type { Chat } from "../chat/slash.ts";
import { EXIT } from "../exit.ts";
import { explain } from "../explain.ts";
import { outputOf, plainText } from "../io.ts";
import type { Io } from "../io.ts";
import { loadSwarm } from "../load/load-swarm.ts";
import type { TurnInput } from "../turn.ts";
import type { ChatOptions } from "../commands/chat.ts";

/** Talks until there is nothing more to say. Gives the exit code. */
export async function chat(io: Io, file: string, options: ChatOptions): Promise<number> {
  const swarm = await loadSwarm(file, io);
  const graph = swarm.compile(new SwarmMemorySaver());
  const output = outputOf(io, { ...options, json: false });
  const { definition } = swarm;
  const printer = new Printer(io, output, definition);
  const talk = new Talk({ io, output, printer, definition, conversation: new Conversation(graph, options.thread) });
  if (io.isInteractive)
    output.line(output.paint.dim(`${plainText(definition.name)} · /help for commands, /quit to leave`));
  return talk.run();
}

/** Whether the chat ended by itself, or was stopped. */
class Talk {
  readonly #chat: Chat;
  readonly #lines: Lines;
  #turn: AbortController | undefined;
  #isStopped = false;
  #failures = 0;

  constructor(chat: Chat) {
    this.#chat = chat;
    this.#lines = new Lines(chat.io, () => this.#interrupt());
  }

  async run(): Promise<number> {
    const { output, io } = this.#chat;
    try {
      for (;;) {
        const line = await this.#lines.ask(output.paint.bold("you › "));
        if (line === undefined) break;
        if (line.trim() === "") continue;
        if (line.startsWith("/")) {
          if (await slash(line, this.#chat)) break;
          continue;
        }
        await this.#converse(line);
      }
    } finally {
      this.#lines.close();
    }
    if (this.#isStopped || io.signal.aborted) return EXIT.aborted;
    // Nobody was there to see that a turn failed.
    return this.#failures > 0 && !io.isInteractive ? EXIT.failed : EXIT.ok;
  }

  /** A turn, with the answers to what it waits for. */
  async #converse(text: string): Promise<void> {
    const { conversation, output } = this.#chat;
    let input: TurnInput | undefined = text;
    while (input !== undefined) {
      await this.#say(input);
      const { waits } = conversation;
      input = waits === undefined ? undefined : await askAnswers(waits, { lines: this.#lines, output });
    }
    if (conversation.waits !== undefined) output.line("The question was left unanswered.");
  }

  async #say(input: TurnInput): Promise<void> {
    const { io, output, printer, conversation } = this.#chat;
    this.#turn = new AbortController();
    try {
      const signal = AbortSignal.any([io.signal, this.#turn.signal]);
      for await (const event of conversation.say(input, signal)) printer.push(event);
    } catch (error) {
      printer.end();
      const isStopped = io.signal.aborted || this.#turn.signal.aborted;
      const { message, hint } = explain(error, { isStopped });
      if (!isStopped) this.#failures += 1;
      output.line(output.paint.red(`! ${plainText(message)}${hint === undefined ? "" : ` ${hint}`}`));
    } finally {
      this.#turn = undefined;
      printer.end();
    }
  }

  #interrupt(): void {
    if (this.#turn !== undefined) {
      this.#turn.abort(new DOMException("the turn was stopped", "AbortError"));
      return;
    }
    this.#isStopped = true;
    this.#lines.close();
  }
}
