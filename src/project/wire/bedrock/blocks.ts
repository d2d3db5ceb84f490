import type { WireProblem } from "../problem.ts";
import { objectOf, textOf } from "../problem.ts";
import { blank } from "./messages.ts";
import type { Block, Turn } from "./turn.ts";
import { blocksOf, constraint, dotted, fromModel, refusal, toolBlocks } from "./turn.ts";

/** What a block can be, as the API reference lists it. */
const KINDS = [
  "text",
  "image",
  "document",
  "video",
  "audio",
  "toolUse",
  "toolResult",
  "guardContent",
  "cachePoint",
  "reasoningContent",
  "citationsContent",
  "searchResult",
];

/** What a block of a result can be, as the API reference lists it. */
const RESULT_KINDS = new Set(["json", "text", "image", "document", "video", "searchResult"]);

/** Whose message a block belongs in, and its name in the words of the model's API. */
const OWNERS = [
  { kind: "toolUse", owner: "assistant", name: "tool_use" },
  { kind: "reasoningContent", owner: "assistant", name: "thinking" },
  { kind: "toolResult", owner: "user", name: "tool_result" },
];

const LEGAL = /^[a-zA-Z0-9_-]+$/;

/** B4 (API reference, ToolUseBlock and ToolSpecification): ids and names are 1 to 64 letters, digits, `_` and `-`. */
export function identifier(path: string, value: unknown): WireProblem[] {
  if (typeof value !== "string") return [constraint("B4", path, { value: undefined, must: "not be null" })];
  return [
    ...(LEGAL.test(value)
      ? []
      : [constraint("B4", path, { value, must: "satisfy regular expression pattern: [a-zA-Z0-9_-]+" })]),
    ...(value === "" ? [constraint("B4", path, { value, must: "have length greater than or equal to 1" })] : []),
    ...(value.length > 64 ? [constraint("B4", path, { value, must: "have length less than or equal to 64" })] : []),
  ];
}

/** B4 and B10: a call has a legal id and name, and an object of arguments. */
export function calls(turn: Turn): WireProblem[] {
  return toolBlocks(turn, "toolUse").flatMap(({ path, value }) => [
    ...identifier(`${path}.toolUseId`, value["toolUseId"]),
    ...identifier(`${path}.name`, value["name"]),
    ...jsonObject(`${path}.input`, value["input"]),
  ]);
}

/**
 * B4, B10 and B16: a result has a legal id, a content where it is an error, objects as its JSON, and no blank text. Claude
 * takes an empty result, other models do not (pydantic-ai#6115): the cautious side.
 */
export function results(turn: Turn): WireProblem[] {
  return toolBlocks(turn, "toolResult").flatMap(({ path, value }) => {
    const place = `${path}.content`;
    const parts = blocksOf(value["content"], place);
    const empty = parts.every((part) => "text" in part.value && textOf(part.value["text"]).trim() === "");
    return [
      ...identifier(`${path}.toolUseId`, value["toolUseId"]),
      ...(empty && value["status"] === "error"
        ? [refusal("B4", place, `The content field at ${dotted(path)} cannot be empty when status value is error.`)]
        : []),
      ...(Array.isArray(value["content"]) ? [] : [constraint("B16", place, { value: undefined, must: "not be null" })]),
      ...(Array.isArray(value["content"]) && parts.length === 0
        ? [
            refusal(
              "B16",
              place,
              `The content field in the ToolResultBlock object at ${dotted(path)} is empty. Add a ToolResultContentBlock object to the content field and try again.`,
            ),
          ]
        : []),
      ...parts.flatMap(resultPart),
    ];
  });
}

/** B11 (the service's own text): an id occurs once in a message. */
export function duplicates(turn: Turn): WireProblem[] {
  return (["toolUse", "toolResult"] as const).flatMap((kind) => {
    const ids = toolBlocks(turn, kind).map(({ id }) => id);
    const twice = [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
    if (twice.length === 0) return [];
    const path = `${turn.path}.content`;
    return [refusal("B11", path, `The ${kind} blocks at ${dotted(path)} contain duplicate Ids: ${twice.join(", ")}`)];
  });
}

/** B13 (API reference, ContentBlock): a block is of one known kind, and in the message of its role. */
export function kind(turn: Turn): WireProblem[] {
  return turn.blocks.flatMap(({ path, value }) => {
    const kinds = Object.keys(value).filter((key) => value[key] !== undefined && value[key] !== null);
    if (kinds.length !== 1 || kinds.some((key) => !KINDS.includes(key))) {
      const message = `The format of the value at ${dotted(path)} is invalid. Provide a ContentBlock with exactly one of ${KINDS.join(", ")} and try again.`;
      return [refusal("B13", path, message)];
    }
    const rule = OWNERS.find((each) => each.kind === kinds[0]);
    if (rule === undefined || turn.role === rule.owner || turn.role === "") return [];
    const message = `${dotted(turn.path)}: \`${rule.name}\` blocks can only be in \`${rule.owner}\` messages`;
    return [fromModel("B13", path, message)];
  });
}

/**
 * B15 (extended thinking guide of the models that sign): a thought has a text and its signature, or sealed data, and is
 * not the last block. Models that do not sign take it without: the cautious side.
 */
export function reasoning(turn: Turn): WireProblem[] {
  const thoughts = turn.blocks.filter(({ value }) => value["reasoningContent"] !== undefined);
  const problems = thoughts.flatMap((block) => thought(block));
  const last = turn.blocks.at(-1);
  if (last === undefined || last !== thoughts.at(-1)) return problems;
  const message = `${dotted(turn.path)}: The final block in an assistant message cannot be \`thinking\`.`;
  return [...problems, fromModel("B15", last.path, message)];
}

/** B17 (the service's own text; DocumentBlock reference): a document comes with a text beside it. */
export function documents(turn: Turn): WireProblem[] {
  const first = turn.blocks.find(({ value }) => value["document"] !== undefined);
  if (first === undefined || turn.blocks.some(({ value }) => value["text"] !== undefined)) return [];
  return [refusal("B17", first.path, "A text block must be included when using documents.")];
}

function thought({ path, value }: Block): WireProblem[] {
  const { reasoningText, redactedContent } = objectOf(value["reasoningContent"]);
  const { text, signature } = objectOf(reasoningText);
  if (typeof redactedContent === "string" && reasoningText === undefined) return [];
  if (typeof text !== "string") {
    return [
      constraint("B15", `${path}.reasoningContent.reasoningText.text`, { value: undefined, must: "not be null" }),
    ];
  }
  if (typeof signature === "string" && signature !== "") return [];
  const place = `${path}.reasoningContent.reasoningText.signature`;
  return [fromModel("B15", place, `${dotted(path)}.thinking.signature: Field required`)];
}

function resultPart({ path, value }: Block): WireProblem[] {
  const kinds = Object.keys(value);
  if (kinds.length !== 1 || kinds.some((key) => !RESULT_KINDS.has(key))) {
    const message = `The format of the value at ${dotted(path)} is invalid. Provide a ToolResultContentBlock with exactly one of ${[...RESULT_KINDS].join(", ")} and try again.`;
    return [refusal("B16", path, message)];
  }
  if ("json" in value) return jsonObject(`${path}.json`, value["json"]);
  const blankText = "text" in value && textOf(value["text"]).trim() === "";
  return blankText ? [refusal("B16", `${path}.text`, blank("ContentBlock", path))] : [];
}

function jsonObject(path: string, value: unknown): WireProblem[] {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return [];
  const message = `The format of the value at ${dotted(path)} is invalid. Provide a json object for the field and try again.`;
  return [refusal("B10", path, message)];
}
