import { Annotation, MessagesAnnotation } from "@langchain/langgraph";
import type { BaseChannel } from "@langchain/langgraph";

/** How a supervised turn ended: the supervisor said `FINISH`, or the budget of rounds was used up. */
export type SupervisorOutcome = { readonly kind: "finished" } | { readonly kind: "limit"; readonly limit: "maxRounds" };

/** What callers may write. */
export const SupervisorInputState = Annotation.Root({ ...MessagesAnnotation.spec });

/** What callers may read. */
export const SupervisorOutputState = Annotation.Root({
  ...MessagesAnnotation.spec,
  rounds: Annotation<number>(),
  path: Annotation<readonly string[]>(),
  outcome: Annotation<SupervisorOutcome | null>(),
});

/** Every channel; `next` is the node that the last decision leads to. */
export const SupervisorState = Annotation.Root({
  ...SupervisorOutputState.spec,
  next: Annotation<string | null>(),
});

/** The channels that callers may read, with the workers' names. */
export interface SupervisorChannels<Name extends string> {
  readonly [channel: string]: BaseChannel;
  readonly messages: typeof MessagesAnnotation.spec.messages;
  readonly rounds: BaseChannel<number, number>;
  readonly path: BaseChannel<readonly Name[], readonly Name[]>;
  readonly outcome: BaseChannel<SupervisorOutcome | null, SupervisorOutcome | null>;
}
