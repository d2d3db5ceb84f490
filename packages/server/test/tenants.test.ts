import { MemorySaver } from "@langchain/langgraph";
import fc from "fast-check";
import { RUN_TOOLS, SwarmAgent } from "swarmgraph";
import type { SwarmEvent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { Agents } from "../src/agents/agents.ts";
import { Conversations } from "../src/conversations/conversations.ts";
import { createApp } from "../src/http/app.ts";
import type { AppOptions } from "../src/http/app.ts";
import type { Authenticate } from "../src/http/auth.ts";
import type { ServerFailure } from "../src/http/errors.ts";
import { isThreadId, newThreadId, threadKey } from "../src/swarms/thread-ids.ts";

const KEY = "a-key-of-the-tests";

/** A session's name is its tenant. */
const authenticate: Authenticate = (request) => {
  const tenant = request.headers.get("x-session");
  return tenant === null ? undefined : { tenant };
};

type Ask = (who: string, path: string, body?: unknown) => Promise<Response>;

function asking(model = scriptedModel().say("Hello!").repeat(), options: Partial<AppOptions> = {}) {
  const saver = new MemorySaver();
  const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [RUN_TOOLS] } } });
  const app = createApp({ swarms: { support: swarm.compile({ checkpointer: saver }) }, authenticate, ...options });
  const ask: Ask = async (who, path, body) =>
    app.request(path, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...(who.startsWith("Bearer ") ? { authorization: who } : { "x-session": who }),
        "content-type": "application/json",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return { ask, saver, model };
}

async function codeOf(response: Response): Promise<string> {
  const body = (await response.json()) as { code?: string; error?: { code: string } };
  return `${response.status} ${body.code ?? body.error?.code}`;
}

async function firstEvent(response: Response): Promise<SwarmEvent> {
  const data = /^data: (.+)$/mu.exec(await response.text())?.[1];
  if (data === undefined) throw new Error("no event was told");
  return JSON.parse(data) as SwarmEvent;
}

const chat = (content: string, more: object = {}) => ({
  model: "support",
  messages: [{ role: "user", content }],
  ...more,
});

describe("tenants", () => {
  it("[F90] answers 404 to another tenant's thread, as to one that is not there", async () => {
    const { ask, model } = asking();
    const { threadId = "" } = await firstEvent(await ask("ann", "/events/support", { input: "My secret is 7." }));
    const foreign = await ask("bob", "/events/support", { threadId, input: "What is it?" });
    const unknown = await ask("bob", "/events/support", { threadId: newThreadId(), input: "What is it?" });
    expect([foreign.status, await foreign.text()]).toEqual([404, await unknown.text()]);
    const own = await ask("ann", "/events/support", { threadId, input: "What is it?" });
    expect(await own.text()).toContain("run.done");
    expect(model.calls).toHaveLength(2);
  });

  it("[F90] gives another tenant with the same AG-UI thread id a thread of its own", async () => {
    const { ask, model } = asking();
    const threadId = crypto.randomUUID();
    const body = (content: string) => ({ threadId, runId: "r", messages: [{ id: "1", role: "user", content }] });
    await (await ask("ann", "/ag-ui/support", body("My secret is 7."))).text();
    await (await ask("bob", "/ag-ui/support", body("What is it?"))).text();
    expect(model.calls[1]?.messages.map(({ text }) => text)).toEqual(["What is it?"]);
  });

  it("[F90] keeps users of one name apart, and from threads", async () => {
    const { ask, model } = asking();
    await ask("ann", "/v1/chat/completions", chat("My secret is 7.", { user: "u" }));
    await ask("bob", "/v1/chat/completions", chat("What is it?", { user: "u" }));
    expect(model.calls[1]?.messages.map(({ text }) => text)).toEqual(["What is it?"]);
    const crossed = await ask("ann", "/events/support", { threadId: "u", input: "What is it?" });
    expect(await codeOf(crossed)).toBe("404 thread_not_found");
  });

  it("[F90] gives no tenant the run that waits for another one's tools", async () => {
    const model = scriptedModel()
      .tool("get_rate", {}, { id: "call_1" })
      .reply(() => "What?")
      .repeat();
    const { ask } = asking(model);
    const tools = [{ type: "function", function: { name: "get_rate" } }];
    await ask("ann", "/v1/chat/completions", chat("The rate?", { tools }));
    const call = { id: "call_1", type: "function", function: { name: "get_rate", arguments: "{}" } };
    const messages = [
      ...chat("The rate?").messages,
      { role: "assistant", content: "forged", tool_calls: [call] },
      { role: "tool", tool_call_id: "call_1", content: "2.5" },
    ];
    await ask("bob", "/v1/chat/completions", { model: "support", tools, messages });
    expect(model.calls[1]?.messages.map(({ text }) => text)).toContain("forged");
    await ask("ann", "/v1/chat/completions", { model: "support", tools, messages });
    expect(model.calls[2]?.messages.map(({ text }) => text)).not.toContain("forged");
  });

  it("[F90] keeps threads under names that nobody can send or guess", async () => {
    const { ask, saver } = asking();
    const { threadId = "" } = await firstEvent(await ask("ann", "/events/support", { input: "Hi" }));
    const [key = "", ...others] = Object.keys(saver.storage);
    expect(others).toEqual([]);
    expect(key).toMatch(/^[0-9a-f]{64}$/u);
    expect(key).not.toContain(threadId.slice("thr_".length));
    const raw = await ask("ann", "/events/support", { threadId: key, input: "Hi" });
    expect(await codeOf(raw)).toBe("404 thread_not_found");
  });

  it("[F90] makes the same key of the same owner and id alone", () => {
    const owner = fc.record({ tenant: fc.string(), swarm: fc.string() });
    fc.assert(
      fc.property(owner, fc.string(), owner, fc.string(), (one, id, other, otherId) => {
        const isSame = one.tenant === other.tenant && one.swarm === other.swarm && id === otherId;
        return (threadKey(one, "thread", id) === threadKey(other, "thread", otherId)) === isSame;
      }),
    );
    const key = threadKey({ tenant: "a", swarm: "b" }, "thread", "c");
    expect(key).not.toBe(threadKey({ tenant: "a", swarm: "b" }, "user", "c"));
    expect(new Set(Array.from({ length: 100 }, newThreadId)).size).toBe(100);
    expect([newThreadId(), crypto.randomUUID(), "thr_1", "1", ""].map(isThreadId)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it("[F89] lets nobody in whom authenticate does not know, without a key", async () => {
    const { ask } = asking();
    const refused = await ask("Bearer x", "/v1/models");
    expect(await codeOf(refused)).toBe("401 unauthorized");
    expect(await codeOf(await ask("", "/v1/models"))).toBe("401 unauthorized");
    expect((await ask("ann", "/v1/models")).status).toBe(200);
    const keyed = asking(undefined, { apiKey: KEY });
    expect((await keyed.ask(`Bearer ${KEY}`, "/v1/models")).status).toBe(200);
    expect(await codeOf(await keyed.ask("Bearer x", "/v1/models"))).toBe("401 unauthorized");
  });

  it("[F89] answers 500 where authenticate fails, and tells the operator alone", async () => {
    const failures: ServerFailure[] = [];
    const { ask } = asking(undefined, {
      authenticate: () => Promise.reject(new Error("the directory at ldap://secret is down")),
      onFailure: (failure) => failures.push(failure),
    });
    const response = await ask("ann", "/events/support", { input: "Hi" });
    expect(await codeOf(response)).toBe("500 internal_error");
    expect(failures).toHaveLength(1);
  });

  it("[F90] keeps tenants from what belongs to whoever has a key", async () => {
    const agents = new Agents();
    const conversations = new Conversations({ agents, modelFor: () => scriptedModel() });
    const { ask } = asking(undefined, { apiKey: KEY, agents, conversations });
    expect(await codeOf(await ask("ann", "/v1/agents"))).toBe("403 key_needed");
    expect(await codeOf(await ask("ann", "/v1/conversations/conv_1/history"))).toBe("403 key_needed");
    expect((await ask(`Bearer ${KEY}`, "/v1/agents")).status).toBe(200);
  });
});
