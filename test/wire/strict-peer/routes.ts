import type { ProfileName } from "../../../src/types.ts";

/** Where a request went. */
export interface Route {
  readonly profile: ProfileName;
  /** The path at the provider's own host, with its query. */
  readonly path: string;
  /** The model, where the path names it. */
  readonly model: string | undefined;
  /** Whether the path asks for a stream; elsewhere the body does. */
  readonly streams: boolean;
}

/** The path of each API. The profile stands before it, since OpenAI and Mistral have the same one. */
const PATHS: Readonly<Record<ProfileName, RegExp>> = {
  "openai-chat": /^\/v1\/chat\/completions$/,
  "openai-responses": /^\/v1\/responses$/,
  anthropic: /^\/v1\/messages$/,
  mistral: /^\/v1\/chat\/completions$/,
  gemini: /^\/v1beta\/models\/(?<model>[^/:]+):(?<verb>generateContent|streamGenerateContent)$/,
  bedrock: /^\/model\/(?<model>[^/]+)\/(?<verb>converse|converse-stream)$/,
};

/** Which API a URL is one of; `undefined` if of none. */
export function findRoute(url: string): Route | undefined {
  const { name, path = "" } = /^\/(?<name>[a-z-]+)(?<path>\/.*)$/.exec(url)?.groups ?? {};
  if (name === undefined || !Object.hasOwn(PATHS, name)) return undefined;
  const profile = name as ProfileName;
  const match = PATHS[profile].exec(path.split("?")[0] ?? "");
  if (match === null) return undefined;
  const { model, verb = "" } = match.groups ?? {};
  return {
    profile,
    path,
    model: model === undefined ? undefined : decodeURIComponent(model),
    streams: verb.includes("stream"),
  };
}
