import { setTimeout } from "node:timers/promises";
import { objectOf, textOf } from "../../../src/project/wire/problem.ts";
import type { WireProblem } from "../../../src/project/wire/problem.ts";
import type { ProfileName } from "../../../src/types.ts";
import { bodyOf, openDoor, sendAnswer, sendJson } from "./door.ts";
import type { Incoming, Outgoing } from "./door.ts";
import { createMemory } from "./genuine.ts";
import { complain, fail, refuse } from "./refusals.ts";
import type { Refusal } from "./refusals.ts";
import { toAnswer } from "./reply.ts";
import type { Answer, Asked, ScriptedFailure, ScriptedReply, Written } from "./reply.ts";
import { findRoute } from "./routes.ts";
import { startAimock } from "./via-aimock.ts";
import { writeGemini } from "./write-gemini.ts";
import { writeMistral } from "./write-mistral.ts";
import { writeOpenAIResponses } from "./write-openai-responses.ts";

/** One request as the peer saw it. */
export interface PeerRequest extends Asked {
  /** Every rule that it broke; empty where it was valid. */
  readonly problems: readonly WireProblem[];
  /** The status that it was answered with. */
  readonly status: number;
}

/** The six providers' APIs on one port of 127.0.0.1, as strict as their own. */
export interface StrictPeer {
  /** Where a provider's paths begin, without a version: `http://127.0.0.1:4711/anthropic`. */
  url(profile: ProfileName): string;
  /** The replies to the next valid requests of a provider's, in order. What is not valid takes none. */
  script(profile: ProfileName, ...replies: readonly ScriptedReply[]): void;
  readonly requests: readonly PeerRequest[];
  /** How many replies nobody has asked for. */
  readonly pending: number;
  /**
   * Forgets everything, for the next test: one peer for a file is faster by far, since each mock behind one makes every
   * promise of the process slower for good.
   */
  reset(): void;
  close(): Promise<void>;
}

/**
 * Starts the peer. It answers what breaks a rule as the provider would, every other request with the next scripted reply,
 * and 500 where there is none. HTTP/1.1 and, for Amazon's client, HTTP/2 without encryption.
 *
 * @example
 * ```ts
 * const peer = await startStrictPeer();
 * peer.script("anthropic", "Hello.", { calls: [{ name: "add", args: { a: 1, b: 2 } }] }, { status: 529 });
 * ```
 */
export async function startStrictPeer(): Promise<StrictPeer> {
  const aimock = await startAimock();
  let memory = createMemory();
  const scripts = new Map<ProfileName, ScriptedReply[]>();
  const requests: PeerRequest[] = [];

  async function handle(request: Incoming, response: Outgoing): Promise<void> {
    const url = request.url ?? "";
    const text = await bodyOf(request);
    const route = findRoute(url);
    if (route === undefined) {
      sendJson(response, { status: 404, json: { error: { message: `the peer has no API at ${url}` } } });
      return;
    }
    const { profile } = route;
    const body = objectOf(parse(text));
    const asked: Asked = {
      ...route,
      body,
      model: route.model ?? textOf(body["model"]),
      streams: route.streams || body["stream"] === true,
    };
    const problems = memory.problemsOf(asked);
    const record = (status: number) => void requests.push({ ...asked, problems, status });
    const give = (refusal: Refusal) => {
      record(refusal.status);
      sendJson(response, refusal);
    };
    const [problem] = problems;
    if (problem !== undefined) return give(refuse(profile, problem));
    const reply = scripts.get(profile)?.shift();
    if (reply === undefined) {
      return give(complain(profile, `nothing was scripted for this request to "${profile}": call peer.script() first`));
    }
    const failure = typeof reply !== "string" && "status" in reply ? reply : undefined;
    // Recorded as soon as it is heard: a client may not wait for a late answer.
    record(failure?.status ?? 200);
    if (typeof reply !== "string" && reply.delayMs !== undefined)
      await setTimeout(reply.delayMs, undefined, { ref: false });
    if (failure !== undefined) {
      const refusal = fail(profile, failure.status);
      return sendJson(response, { ...refusal, headers: { ...refusal.headers, ...failure.headers } });
    }
    const answer = toAnswer(reply as Exclude<typeof reply, ScriptedFailure>, asked);
    const written = await write(answer, asked);
    memory.keep(written, asked);
    await sendAnswer(response, written, answer);
  }

  function write(answer: Answer, asked: Asked): Written | Promise<Written> {
    const { calls, reasoning, text } = answer;
    const isPlain = calls.length === 0 && reasoning === undefined;
    if (asked.profile === "openai-responses") return writeOpenAIResponses(answer, asked);
    if (asked.profile === "gemini" && !(isPlain && text !== undefined)) return writeGemini(answer, asked);
    if (asked.profile === "mistral") return writeMistral(answer, asked);
    return aimock.answer(answer, asked);
  }

  const door = await openDoor((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent) response.socket?.destroy();
      else sendJson(response, { status: 500, json: { error: { message: String(error) } } });
    });
  });
  return {
    url: (profile) => `${door.origin}/${profile}`,
    script: (profile, ...replies) => void scripts.set(profile, [...(scripts.get(profile) ?? []), ...replies]),
    requests,
    get pending() {
      return [...scripts.values()].reduce((sum, replies) => sum + replies.length, 0);
    },
    reset() {
      scripts.clear();
      requests.length = 0;
      memory = createMemory();
      aimock.reset();
    },
    async close() {
      await Promise.all([door.close(), aimock.close()]);
    },
  };
}

/** A text as JSON; nothing where it is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
