import { converse, PROFILES } from "./conversation.ts";
import type { Conversation } from "./conversation.ts";
import { prettyJson } from "./json.ts";
import { ERRORS, INTRODUCTION } from "./prose.ts";
import { ruleTables } from "./rules/all-rules.ts";
import { ruleTable } from "./rule-table.ts";

/** The page "What goes over the wire". */
export async function wirePage(): Promise<string> {
  const conversations = await Promise.all(PROFILES.map((profile) => converse(profile)));
  const [first] = conversations as [Conversation];
  return [
    INTRODUCTION,
    "## One conversation",
    "Triage looks the customer up and hands over to billing; billing reads the invoice and answers; then the user asks on. This is the log, without ids of messages and metadata. It is the same whoever the provider is, and call `call_2` has no answer in it:",
    jsonBlock(first.log),
    "Five times a model is called. These are the bodies, as LangChain's own adapter for each provider writes them: of the handoff call nothing is left but the brief at the end of the system prompt.",
    ...conversations.map((conversation, index) => requests(titleOf(index), conversation)),
    "## The rules",
    "`validateWire(profile, body)` knows these. Each text is what is said of a body that breaks this rule; long ones are cut. Where models or servers differ, the strictest counts; what is inferred from reports is called so in the docstrings of `src/project/wire/`.",
    ...ruleTables.map((table) => `### The rules of ${table.title}\n\n${ruleTable(table)}`),
    ERRORS,
  ].join("\n\n");
}

function titleOf(index: number): string {
  const { profile, title } = ruleTables.find(
    (table) => table.profile === PROFILES[index],
  ) as (typeof ruleTables)[number];
  return `${title} (\`${profile}\`)`;
}

function requests(title: string, { requests: sent }: Conversation): string {
  const blocks = sent.map(({ agent, body }, index) => `Call ${index + 1}, ${agent}:\n\n${jsonBlock(body)}`);
  return [`### ${title}`, ...blocks].join("\n\n");
}

function jsonBlock(value: unknown): string {
  return `\`\`\`json\n${prettyJson(value)}\n\`\`\``;
}
