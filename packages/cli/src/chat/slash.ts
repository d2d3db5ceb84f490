import { writeFile } from "node:fs/promises";
import { drawSwarm } from "@swarmgraph/draw";
import type { SwarmDefinition } from "swarmgraph";
import { messageOf } from "../explain.ts";
import { plainText } from "../io.ts";
import type { Io, Output } from "../io.ts";
import type { Conversation } from "./conversation.ts";
import type { Printer } from "./printer.ts";

/** What the commands of a chat work on. */
export interface Chat {
  readonly io: Io;
  readonly output: Output;
  readonly printer: Printer;
  readonly conversation: Conversation;
  readonly definition: SwarmDefinition;
}

const HELP = `/agents       who there is, and who has the conversation
/graph        the swarm, drawn
/undo         take back the last thing you said, and what came of it
/save [file]  write the conversation down, for swarmgraph replay
/quit         leave; so does Ctrl-D`;

/** Runs a line that begins with `/`; says whether the chat is over. */
export async function slash(line: string, chat: Chat): Promise<boolean> {
  const [command = "", ...rest] = line.trim().slice(1).split(/\s+/u);
  switch (command) {
    case "quit":
    case "exit":
    case "q":
      return true;
    case "agents":
      await agents(chat);
      break;
    case "graph":
      await graph(chat);
      break;
    case "undo":
      await undo(chat);
      break;
    case "save":
      await save(rest.join(" "), chat);
      break;
    case "help":
    case "?":
      chat.output.line(HELP);
      break;
    default:
      chat.output.line(`There is no command /${plainText(command)}. There is:\n${HELP}`);
  }
  return false;
}

async function agents({ definition, conversation, output, printer }: Chat): Promise<void> {
  const active = await conversation.activeAgent();
  for (const { name, spec, edges } of definition.agents.values()) {
    const says = spec.description === undefined ? "" : ` ${plainText(spec.description)}`;
    const to = edges.length === 0 ? "" : output.paint.dim(` → ${edges.map((edge) => plainText(edge.to)).join(", ")}`);
    output.line(`${name === active ? "*" : " "} ${printer.name(name)}${says}${to}`);
  }
}

async function graph({ definition, conversation, output, io }: Chat): Promise<void> {
  const active = await conversation.activeAgent();
  output.line(drawSwarm(definition, { format: "ascii", width: io.width, highlight: { active } }).trimEnd());
}

async function undo({ conversation, output, printer }: Chat): Promise<void> {
  if (!(await conversation.undo())) output.line("There is nothing to undo.");
  else output.line(`Undone. ${printer.name(await conversation.activeAgent())} has the conversation.`);
}

async function save(name: string, { conversation, output }: Chat): Promise<void> {
  const file = name === "" ? `chat-${conversation.threadId.replace(/[^\w-]/gu, "_").slice(0, 40)}.jsonl` : name;
  try {
    await writeFile(file, conversation.recording());
    output.line(`Saved to ${file}.`);
  } catch (error) {
    output.line(`It could not be saved: ${messageOf(error)}`);
  }
}
