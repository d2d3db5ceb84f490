import type { JsonObject, WireProblem } from "../problem.ts";
import { checkText, missing, unknownField, unsupported, wrongType } from "../openai/report.ts";
import { MAX_NAME } from "../openai/limits.ts";

/** A message of a request, and where it stands. */
export interface MessageAt {
  readonly message: JsonObject;
  readonly index: number;
  readonly path: string;
}

const ROLES = ["system", "assistant", "user", "function", "tool", "developer"];

/** Characters that may not stand in an author's name. */
const AUTHOR = /^[^\s<|\\/>]+$/;

/** Rule O9: every message has a role that the API knows (public API reference, "messages"). */
export function checkRole({ message, path }: MessageAt): WireProblem[] {
  const { role } = message;
  const place = `${path}.role`;
  if (role === undefined) return [missing("O9", place)];
  if (typeof role !== "string") return [wrongType("O9", place, "a string", role)];
  return ROLES.includes(role) ? [] : [unsupported("O9", place, role, ROLES)];
}

/** Rule O12: the name of a message's author (langchain#35054; public API reference, "name"). */
export function checkAuthor({ message, path }: MessageAt): WireProblem[] {
  const needed = message["role"] === "function";
  if (message["name"] === undefined && !needed) return [];
  return checkText(message["name"], { rule: "O12", path: `${path}.name`, max: MAX_NAME, pattern: AUTHOR });
}

/** Rule O16: a field stands on messages of its own role only (public API reference, "messages"). */
export function checkFields({ message, path }: MessageAt): WireProblem[] {
  const { role } = message;
  const alien = [
    ...(role !== "assistant" && "tool_calls" in message ? ["tool_calls"] : []),
    ...(role !== "tool" && "tool_call_id" in message ? ["tool_call_id"] : []),
  ];
  return alien.map((field) => unknownField("O16", `${path}.${field}`));
}
