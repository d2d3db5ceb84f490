import { mapChatMessagesToStoredMessages, mapStoredMessagesToChatMessages } from "@langchain/core/messages";
import type { BaseMessage, StoredMessage } from "@langchain/core/messages";
import type { HandoffRecord } from "../../src/index.ts";
import type { WireRule } from "../../src/testing/index.ts";
import type { WireCase, WireCaseOptions, WireProperty } from "./wire-case.ts";

/** A case as a file of `test/regressions/`. */
export interface WireFixture {
  /** What went wrong, as a sentence without an end. */
  readonly title: string;
  readonly property: WireProperty;
  /** The rule that the log breaks where it is sent as it is, if it breaks one. */
  readonly breaks?: WireRule;
  readonly options: WireCaseOptions;
  readonly handoffs: readonly HandoffRecord[];
  readonly messages: StoredMessage[];
  readonly turns: StoredMessage[][];
}

/** A case as a fixture. */
export function fixtureOf({ property, options, handoffs, log, turns }: WireCase, title: string): WireFixture {
  return { title, property, options, handoffs, messages: stored(log), turns: turns.map(stored) };
}

/** The case that a fixture holds. */
export function caseOf({ property, options, handoffs, messages, turns }: WireFixture): WireCase {
  const log = mapStoredMessagesToChatMessages(messages);
  return { property, options, handoffs, log, turns: turns.map(mapStoredMessagesToChatMessages) };
}

function stored(messages: readonly BaseMessage[]): StoredMessage[] {
  return JSON.parse(JSON.stringify(mapChatMessagesToStoredMessages([...messages]))) as StoredMessage[];
}
