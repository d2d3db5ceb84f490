import { LLMock } from "@copilotkit/aimock";
import type { FixtureResponse } from "@copilotkit/aimock";
import type { Answer, Asked, Written } from "./reply.ts";
import type { ProfileName } from "../../../src/types.ts";
import { absentId, withDamage } from "./damage.ts";
import { argsText, unique } from "./reply.ts";

/** The mock that writes what it can express. */
export interface Aimock {
  answer(answer: Answer, asked: Asked): Promise<Written>;
  /** Forgets what it was told to answer, and what it did. */
  reset(): void;
  close(): Promise<void>;
}

/** Token counts, without which a client has nothing to add up. */
const USAGE = { prompt_tokens: 10, completion_tokens: 5, input_tokens: 10, output_tokens: 5 };

/** Characters of text or arguments in an event; long arguments are so many events. */
const CHUNK = 20;

/** The provider's own word for a filter, where aimock passes the word on as it is. */
const FILTERED: Readonly<Partial<Record<ProfileName, string>>> = { anthropic: "refusal", bedrock: "content_filtered" };

export async function startAimock(): Promise<Aimock> {
  const mock = new LLMock({ port: 0, logLevel: "silent" });
  const origin = await mock.start();
  return {
    async answer(answer, asked) {
      const context = unique(8);
      const longest = Math.max(0, ...answer.calls.map((call) => argsText(call).length));
      mock.on({ context }, toFixture(answer, asked), { chunkSize: Math.max(CHUNK, Math.ceil(longest / CHUNK)) });
      const response = await fetch(origin + asked.path, {
        method: "POST",
        headers: { "content-type": "application/json", "x-aimock-context": context },
        body: JSON.stringify(asked.body),
      });
      if (!response.ok) throw new Error(`aimock answered ${response.status}: ${await response.text()}`);
      const written = asked.streams ? await events(response) : { json: await response.json() };
      return withDamage(written, answer.calls, asked.profile);
    },
    reset: () => {
      mock.reset();
    },
    close: () => mock.stop(),
  };
}

function toFixture({ text, calls, reasoning, finish }: Answer, { profile }: Asked): FixtureResponse {
  // Bedrock signs thoughts too, aimock's do not.
  if (profile === "bedrock" && reasoning !== undefined) throw new Error("the peer has no thoughts of Bedrock's");
  const rest = {
    usage: USAGE,
    ...(finish !== undefined && { finishReason: finish === "length" ? finish : (FILTERED[profile] ?? finish) }),
    ...(reasoning !== undefined && { reasoning }),
    ...(reasoning !== undefined && profile === "anthropic" && { reasoningSignature: `Eq${unique(40)}` }),
  };
  // Arguments that are objects at the provider are a text there only once they are written.
  const isObject = profile === "anthropic" || profile === "bedrock";
  const toolCalls = calls.map((call) => ({
    name: call.name,
    arguments: isObject && typeof call.args === "string" ? '{"text":"follows"}' : argsText(call),
    id: call.id ?? absentId(),
  }));
  if (toolCalls.length === 0) return { content: text ?? "", ...rest };
  return text === undefined ? { toolCalls, ...rest } : { content: text, toolCalls, ...rest };
}

/** The events of a stream: text up to an empty line, or the frames of Amazon's event stream. */
async function events(response: Response): Promise<Written> {
  const type = response.headers.get("content-type") ?? "text/event-stream";
  if (type.includes("amazon")) return { events: frames(new Uint8Array(await response.arrayBuffer())), type };
  const parts = (await response.text()).split("\n\n").filter((part) => part.trim() !== "");
  return { events: parts.map((part, index) => `${index === 0 ? withRole(part) : part}\n\n`), type };
}

/** The first event of OpenAI's chat with the role that aimock gives only after the thoughts: servers say it at once. */
function withRole(part: string): string {
  return part.replace('"delta":{"reasoning_content"', '"delta":{"role":"assistant","reasoning_content"');
}

function frames(bytes: Uint8Array): Uint8Array[] {
  const all: Uint8Array[] = [];
  const view = new DataView(bytes.buffer);
  for (let start = 0; start < bytes.length; start += view.getUint32(start)) {
    all.push(bytes.subarray(start, start + view.getUint32(start)));
  }
  return all.filter((frame) => !isEmptyStart(frame));
}

/** Whether a frame announces a block of text, as aimock does and Amazon does not: a start is a call's. */
function isEmptyStart(frame: Uint8Array): boolean {
  const text = Buffer.from(frame).toString("latin1");
  return text.includes("contentBlockStart") && !text.includes("toolUse");
}
