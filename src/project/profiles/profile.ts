import { legalToolName, shortHash } from "../../define/tool-name.ts";
import type { ProfileName } from "../../types.ts";

/** The makers of models, as far as they tell each other's reasoning apart. */
export type Provider = "openai" | "anthropic" | "mistral" | "google" | "bedrock";

/** The rules of one provider's API, as far as a prompt has to obey them. */
export interface Profile {
  readonly name: ProfileName;
  /** Whose signed reasoning and item ids this API understands. */
  readonly provider: Provider;
  /** Makes a tool call's id legal. A pure function of the id; legal ids stay. */
  readonly callId: (id: string) => string;
  /** Makes the name of a called tool legal, in the history too. A pure function of the name; legal names stay. */
  readonly toolName: (name: string) => string;
  /** Whether its adapters send signed reasoning back; elsewhere it is left out. */
  readonly replaysReasoning: boolean;
  /** Whether one assistant message may hold several calls, as its adapters write them. */
  readonly parallelCalls: boolean;
  /** Whether a message may carry its author's name. */
  readonly hasAuthors: boolean;
  /** Whether the first message has to be the user's. */
  readonly beginsWithUser: boolean;
  /** Whether the user may speak directly after a tool. */
  readonly userAfterTool: boolean;
  /** Whether two messages of one role may stand next to each other. */
  readonly repeatsRoles: boolean;
  /** How an assistant message without text is written: an empty string, or no content at all. */
  readonly emptyContent: "" | "none";
  /** Writes a tool's parameters in the part of JSON schema that the API takes. Default: as they are. */
  readonly toolSchema?: ((schema: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>) | undefined;
  /** Call options that ask for a JSON answer natively, also while tools are bound; `undefined` where it cannot be done. */
  readonly responseFormat:
    | ((schema: { name: string; schema: Record<string, unknown> }) => Record<string, unknown>)
    | undefined;
}

/** Ids of letters, digits, `_` and `-` up to a length; others as a hash. */
export function idUpTo(length: number): (id: string) => string {
  return (id) => (/^[A-Za-z0-9_-]+$/.test(id) && id.length <= length ? id : `call_${shortHash(id, 21)}`);
}

/** Names that every provider accepts. */
export const safeToolName = legalToolName;
