// oxlint-disable vitest/no-standalone-expect -- `scenario` makes the tests.
import { ToolMessage } from "@langchain/core/messages";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { CLIENTS } from "./clients.ts";
import type { ClientName } from "./clients.ts";
import { agentOf, expectUsable, expectValid, startRing, text, turnsOf, WAYS } from "./ring.ts";
import type { Log, Ring, RingOptions, Way } from "./ring.ts";
import { startStrictPeer } from "./strict-peer/strict-peer.ts";
import type { PeerRequest, StrictPeer } from "./strict-peer/strict-peer.ts";

/** Where a fault cannot be had: a client in both ways, or in one of them. */
type Place = ClientName | `${ClientName}, ${Way}`;

const OBJECTS = "the arguments are a JSON object there, not a text";
const UNREACHABLE = "the client leaves a rejection behind that nobody can reach, and Node ends the process";
const WHOLE = "a body has a length; only streams end early without an error";

/** What cannot be expressed on a wire, and why. Everything else is run against every client, by invoke and by stream. */
const NOT_EXPRESSIBLE: Readonly<Record<string, Readonly<Partial<Record<Place, string>>>>> = {
  F14: {
    gemini: OBJECTS,
    "anthropic, invoke": OBJECTS,
    "bedrock, invoke": OBJECTS,
  },
  "F58 text": { gemini: OBJECTS, anthropic: OBJECTS, bedrock: OBJECTS },
  F17: { "gemini, stream": "the client puts two calls with one id together to one, which is no JSON" },
  F52: {
    "gemini, stream": UNREACHABLE,
    "bedrock, stream": "the client takes the end of the connection for that of the answer",
  },
  "F53 end": {
    "openai-chat, invoke": WHOLE,
    "own, invoke": WHOLE,
    "openai-responses, invoke": WHOLE,
    "anthropic, invoke": WHOLE,
    "gemini, invoke": WHOLE,
    gemini: "a call is one event, never a part of one",
    mistral: "all calls come whole, in the last event",
    "bedrock, invoke": WHOLE,
  },
  F56: { mistral: "its API has no reason of that kind" },
};

let turn = 0;

/** Every client where it can be had; both ways where the fault is one of how an answer is put together, else in turns. */
function placesOf(key: string): (readonly [ClientName, Way])[] {
  turn += 1;
  const isBoth = ASSEMBLED.has(key);
  return CLIENTS.flatMap((client, index) =>
    WAYS.filter((way) => {
      if (!isBoth && way !== WAYS[(turn + index) % WAYS.length]) return false;
      const places = NOT_EXPRESSIBLE[key] ?? {};
      return places[client] === undefined && places[`${client}, ${way}`] === undefined;
    }).map((way) => [client, way] as const),
  );
}

/** Faults of how an answer is put together, which differs between a whole body and a stream. */
const ASSEMBLED: ReadonlySet<string> = new Set([
  "F12",
  "F13",
  "F14",
  "F17",
  "F18",
  "F19",
  "F52",
  "F53",
  "F53 end",
  "F56",
  "F58 text",
  "F59",
]);

/** What a user asks at first. */
export const HELLO = "Where is order 7?";

/** A conversation in which something goes wrong; an agent that answers in a format gives how it says farewell. */
export type Scenario = (ring: Ring, way: Way) => Promise<string | void>;

/** The thread of a scenario's. */
export const THREAD = { configurable: { thread_id: "1" } };

/**
 * Starts a peer for all tests of a file. A `scenario` is a fault of the first agent's and what must come of it, as a test
 * for every client where it can be had: afterwards every request was valid and the thread can be used.
 */
export function faultScenarios() {
  let peer: StrictPeer;
  beforeAll(async () => {
    peer = await startStrictPeer();
  });
  beforeEach(() => peer.reset());
  afterAll(() => peer.close());

  return {
    /** Where the fault cannot be had is looked up by its `key`; default: the id that the title begins with. */
    scenario(
      title: string,
      { key = title.slice(1, 4), ...options }: RingOptions & { readonly key?: string },
      run: Scenario,
    ): void {
      it.each(placesOf(key))(`${title}: %s, %s`, async (client, way) => {
        const ring = startRing(peer, client, { ...options, way });
        const farewell = await run(ring, way);
        expectValid(peer);
        expect(peer.pending).toBe(0);
        await (typeof farewell === "string" ? expectUsable(ring, peer, farewell) : expectUsable(ring, peer));
        expect(ring.ran.filter((call) => call.startsWith("secret"))).toEqual([]);
      });
    },
    /** Who was asked, in order. */
    asked: () => peer.requests.map(agentOf),
    /** The requests, as text. */
    sent: (): string => text(peer.requests.map(({ body }) => body)),
    /** The turns of the last request, or of the n-th from the end, as text. */
    lastSeen: (fromEnd = 1): string => text(turnsOf(peer.requests.at(-fromEnd) as PeerRequest)),
  };
}

/** The answers to calls of a log. */
export function answersOf({ messages }: Log): ToolMessage[] {
  return messages.filter((message) => ToolMessage.isInstance(message));
}
