import type { Command } from "commander";
import { examples } from "./context.ts";
import type { Context, GlobalOptions } from "./context.ts";

/** The options of `chat`. */
export interface ChatOptions extends GlobalOptions {
  readonly thread?: string;
}

/** Adds `chat`: a conversation with a swarm. */
export function addChat(program: Command, { io, end }: Context): void {
  program
    .command("chat")
    .description("talk to the swarm: who speaks, who hands off to whom, which tools run; approvals are asked for")
    .argument("<file>", "the swarm: file, or file#export")
    .option("--thread <id>", "the conversation to go on with, where the swarm has a checkpointer that lasts")
    .addHelpText(
      "after",
      `${examples("swarmgraph chat desk.ts", "printf 'Hello\\n/agents\\n' | swarmgraph chat desk.ts")}

In the chat: /agents, /graph, /undo, /save [file], /help, /quit. Ctrl-C stops a turn; with none running, it leaves.`,
    )
    .action(async (file: string, _options: unknown, command: Command) => {
      const { chat } = await import("../actions/chat.ts");
      end(await chat(io, file, command.optsWithGlobals<ChatOptions>()));
    });
}
