import type { ProfileName } from "../../types.ts";

/** The rules of one provider's API, as far as a prompt has to obey them. */
export interface Profile {
  readonly name: ProfileName;
  /** Makes a tool call's id legal. A pure function of the id. */
  readonly callId: (id: string) => string;
  /** Call options that ask for a JSON answer natively, also while tools are bound; `undefined` where it cannot be done. */
  readonly responseFormat:
    | ((schema: { name: string; schema: Record<string, unknown> }) => Record<string, unknown>)
    | undefined;
}
