import type { ProfileName } from "../../types.ts";
import type { WireRule } from "./problem.ts";

/** What of a provider's error text tells which rule was broken. */
const SIGNS: Readonly<Record<ProfileName, readonly (readonly [RegExp, WireRule])[]>> = {
  "openai-chat": [
    [/must be followed by tool messages/, "O1"],
    [/must be a response to a prec/, "O2"],
    [/function\.name'?: string does not match pattern/, "O3"],
    [/function\.description'?: string too long/, "O4"],
    [/Invalid schema for function .*schema must be a JSON Schema/, "O17"],
    [/Invalid schema for function/, "O5"],
    [/is too short - 'tools'/, "O6"],
  ],
  "openai-responses": [
    [/No tool output found for function call/, "P1"],
    [/No tool call found for function call output/, "P2"],
    [/without its required (?:following item|'?reasoning'? item)/, "P3"],
    [/Expected an ID that begins with/, "P4"],
  ],
  anthropic: [
    [/ids were found without `tool_result` blocks/, "A1"],
    [/unexpected `tool_use_id` found in `tool_result`/, "A2"],
    [/Tool names must be unique/, "A3"],
    [/name: String should match pattern/, "A4"],
    [/text content blocks must be non-empty/, "A5"],
    [/text content blocks must contain non-whitespace/, "A10"],
    [/max_tokens|prefill|must end with a user message/, "A6"],
  ],
  mistral: [
    [/Unexpected role 'user' after role 'tool'/, "M1"],
    [/Unexpected role 'tool' after role/, "M2"],
    [/Not the same number of function calls and responses/, "M3"],
    [/Expected last role/, "M4"],
    [/Tool call id was .* but must be/, "M5"],
    [/must have either content or tool_calls/, "M6"],
  ],
  gemini: [
    [/function (?:call|response) turn comes immediately after/, "G1"],
    [/Invalid function name/, "G2"],
    [/missing a thought_signature/, "G3"],
    [/ends? (?:on|with) a? ?model turn|requests end with a user role/, "G4"],
    [/number of function response parts is equal/, "G5"],
    [/Unknown name .* Cannot find field|generativelanguage\.v1beta\.Type\)|cannot start list/, "G14"],
    [/property is not defined/, "G15"],
    [/should be non-empty for OBJECT type/, "G16"],
  ],
  bedrock: [
    [/Expected toolResult blocks/, "B1"],
    [/number of toolResult blocks .* exceeds/, "B2"],
    [/toolConfig field must be defined/, "B3"],
    [/(?:toolUseId|name).*(?:failed to satisfy constraint|regular expression pattern)/, "B4"],
  ],
};

/** The rule that a provider's error text is about, where it is a known one. */
export function ruleNamedBy(profile: ProfileName, text: string): WireRule | undefined {
  return SIGNS[profile].find(([sign]) => sign.test(text))?.[1];
}
