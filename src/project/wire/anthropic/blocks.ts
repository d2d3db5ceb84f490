import { shownAs } from "../problem.ts";
import type { WireProblem } from "../problem.ts";
import type { Block, Turn } from "./turn.ts";
import { blocksOfType, dotted, refusal } from "./turn.ts";

/** The types of the blocks that the API takes, as it lists them. */
const TYPES = [
  "bash_code_execution_tool_result",
  "code_execution_tool_result",
  "compaction",
  "container_upload",
  "document",
  "image",
  "mcp_tool_result",
  "mcp_tool_use",
  "redacted_thinking",
  "search_result",
  "server_tool_use",
  "text",
  "text_editor_code_execution_tool_result",
  "thinking",
  "tool_result",
  "tool_search_tool_result",
  "tool_use",
  "web_fetch_tool_result",
  "web_search_tool_result",
];

/** Whose message a block belongs in, where it belongs in one. */
const ROLES: ReadonlyMap<string, string> = new Map([
  ["tool_use", "assistant"],
  ["thinking", "assistant"],
  ["redacted_thinking", "assistant"],
  ["tool_result", "user"],
]);

/** Fields of the blocks that a history is made of. */
const FIELDS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["text", new Set(["type", "text", "citations", "cache_control"])],
  ["tool_use", new Set(["type", "id", "name", "input", "cache_control", "caller"])],
  ["tool_result", new Set(["type", "tool_use_id", "content", "is_error", "cache_control"])],
  ["thinking", new Set(["type", "thinking", "signature"])],
  ["redacted_thinking", new Set(["type", "data"])],
]);

/** Blocks that say where their data comes from. */
const SOURCED = new Set(["image", "document"]);

const ID = /^[a-zA-Z0-9_-]+$/;
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/** A11 (Messages reference, content blocks): every block is of a known type, with its text or source, in its role's message. */
export function kind(turn: Turn): WireProblem[] {
  return turn.blocks.flatMap(({ path, type, value }) => {
    const place = dotted(path);
    if (typeof value["type"] !== "string") {
      return [refusal("A11", `${path}.type`, `${place}: Unable to extract tag using discriminator 'type'`)];
    }
    if (!TYPES.includes(type)) {
      const known = TYPES.map((name) => `'${name}'`).join(", ");
      const tag = `Input tag '${type}' found using 'type' does not match any of the expected tags: ${known}`;
      return [refusal("A11", `${path}.type`, `${place}: ${tag}`)];
    }
    const owner = ROLES.get(type);
    if (owner !== undefined && turn.role !== owner && turn.role !== "") {
      return [refusal("A11", path, `${dotted(turn.path)}: \`${type}\` blocks can only be in \`${owner}\` messages`)];
    }
    if (type === "text") return texts("A11", { path, type, value }, ["text"]);
    if (!SOURCED.has(type) || value["source"] !== undefined) return [];
    return [refusal("A11", `${path}.source`, `${place}.${type}.source: Field required`)];
  });
}

/** A12 (Messages reference, `tool_use`): a call has a legal id, a legal name and an object of arguments. */
export function call(turn: Turn): WireProblem[] {
  return blocksOfType(turn, "tool_use").flatMap((block) => [
    ...pattern(block, "id", ID),
    ...pattern(block, "name", NAME),
    ...input(block),
  ]);
}

/** A13 (the API's own text): an id is used for one call only, and answered once. */
export function uniqueIds(turns: readonly Turn[]): WireProblem[] {
  const seen = new Set<unknown>();
  return turns.flatMap((turn) => {
    const answered = new Set<unknown>();
    return turn.blocks.flatMap(({ path, type, value }) => {
      const [ids, id] = type === "tool_use" ? [seen, value["id"]] : [answered, value["tool_use_id"]];
      if (id === undefined || (type !== "tool_use" && type !== "tool_result")) return [];
      if (!ids.has(id)) {
        ids.add(id);
        return [];
      }
      return type === "tool_use"
        ? [refusal("A13", `${path}.id`, `${dotted(path)}: \`tool_use\` ids must be unique`)]
        : [
            refusal(
              "A13",
              `${path}.tool_use_id`,
              `${dotted(path)}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${shownAs(id)}`,
            ),
          ];
    });
  });
}

/** A14 (Messages reference, `tool_result`): a result names its call, and says something where it is an error. */
export function result(turn: Turn): WireProblem[] {
  return blocksOfType(turn, "tool_result").flatMap((block) => {
    const { content, is_error: failed } = block.value;
    const place = `${dotted(block.path)}.tool_result`;
    const problems = pattern(block, "tool_use_id", ID, "A14");
    const empty = content === undefined || content === "" || (Array.isArray(content) && content.length === 0);
    if (failed === true && empty) {
      problems.push(
        refusal("A14", `${block.path}.content`, `${place}: content cannot be empty if \`is_error\` is true`),
      );
    }
    if (content !== undefined && typeof content !== "string" && !Array.isArray(content)) {
      problems.push(refusal("A14", `${block.path}.content`, `${place}.content: Input should be a valid list`));
    }
    return problems;
  });
}

/** A20 (the API's schema): a block has no fields but its own, such as the `index` of a stream. */
export function extraFields(turn: Turn): WireProblem[] {
  return turn.blocks.flatMap(({ path, type, value }) => {
    const known = FIELDS.get(type);
    if (known === undefined) return [];
    return Object.keys(value)
      .filter((field) => !known.has(field))
      .map((field) =>
        refusal("A20", `${path}.${field}`, `${dotted(path)}.${type}.${field}: Extra inputs are not permitted`),
      );
  });
}

/** Refuses fields of a block that are no texts, or are missing. */
export function texts(rule: `A${number}`, { path, type, value }: Block, fields: readonly string[]): WireProblem[] {
  return fields.flatMap((field) => {
    const text = value[field];
    if (typeof text === "string") return [];
    const message = text === undefined ? "Field required" : "Input should be a valid string";
    return [refusal(rule, `${path}.${field}`, `${dotted(path)}.${type}.${field}: ${message}`)];
  });
}

function pattern(block: Block, field: string, legal: RegExp, rule: "A12" | "A14" = "A12"): WireProblem[] {
  const wrong = texts(rule, block, [field]);
  if (wrong.length > 0 || legal.test(shownAs(block.value[field]))) return wrong;
  const place = `${dotted(block.path)}.${block.type}.${field}`;
  return [refusal(rule, `${block.path}.${field}`, `${place}: String should match pattern '${legal.source}'`)];
}

function input({ path, value }: Block): WireProblem[] {
  const args = value["input"];
  if (typeof args === "object" && args !== null && !Array.isArray(args)) return [];
  const message = args === undefined ? "Field required" : "Input should be a valid dictionary";
  return [refusal("A12", `${path}.input`, `${dotted(path)}.tool_use.input: ${message}`)];
}
