import { MemorySaver } from "@langchain/langgraph";
import { fromJsonl, SwarmAgent } from "swarmgraph";
import type { SwarmEvent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import type { AppOptions } from "../src/http/app.ts";
import { serve } from "../src/http/serve.ts";
import type { ServedSwarm } from "../src/swarms/served-swarm.ts";

const KEY = "a-key-of-the-tests";

type Ask = (body: unknown, headers?: Record<string, string>) => Promise<Response>;

async function asking<T>(
  swarm: ServedSwarm,
  act: (ask: Ask) => Promise<T>,
  options: Partial<AppOptions> = {},
): Promise<T> {
  const server = await serve({ swarms: { support: swarm }, apiKey: KEY, port: 0, graceMs: 0, ...options });
  try {
    return await act(async (body, headers) =>
      fetch(`${server.url}/events/support`, {
        method: "POST",
        headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      }),
    );
  } finally {
    await server.close();
  }
}

/** The events of an answer; the names and ids of the frames are theirs. */
async function eventsOf(response: Response): Promise<SwarmEvent[]> {
  const blocks = (await response.text()).split("\n\n").filter((block) => block !== "");
  return blocks.map((block) => {
    const [, name, id, data] = /^event: (.+)\nid: (\d+)\ndata: (.+)$/u.exec(block) ?? [];
    if (data === undefined) throw new Error(`not a frame: ${block}`);
    const event = JSON.parse(data) as SwarmEvent;
    if (event.type !== name || String(event.seq) !== id) throw new Error(`a frame that is not its event: ${block}`);
    return event;
  });
}

async function codeOf(response: Response): Promise<string> {
  return `${response.status} ${((await response.json()) as { code: string }).code}`;
}

const types = (events: readonly SwarmEvent[]): string[] => events.map(({ type }) => type);

const approved = (checkpointer?: MemorySaver) =>
  new SwarmAgent({
    entry: "triage",
    agents: {
      triage: {
        model: scriptedModel().handoff("billing", { reason: "money" }),
        canHandoffTo: [{ to: "billing", requiresApproval: true }],
      },
      billing: { model: scriptedModel().say("You will get your money back.").say("Yes.") },
    },
  }).compile(checkpointer && { checkpointer });

describe("/events", () => {
  it.each([
    ["kept", new MemorySaver()],
    ["held while it waits", undefined],
  ])("tells a run, stops and goes on: the thread is %s", async (_how, checkpointer) => {
    await asking(approved(checkpointer), async (ask) => {
      const asked = await ask({ input: "Twice charged" });
      expect(asked.headers.get("content-type")).toBe("text/event-stream");
      const stopped = await eventsOf(asked);
      expect(types(stopped)).toEqual(expect.arrayContaining(["run.started", "message.done", "approval.requested"]));
      expect(stopped.at(-1)?.type).toBe("run.interrupted");
      const [{ threadId } = {}] = stopped;
      expect(threadId).toMatch(/^thr_[0-9a-f]{32}$/u);
      expect(new Set(stopped.map((event) => event.threadId))).toEqual(new Set([threadId]));
      expect(stopped.map(({ seq }) => seq)).toEqual(stopped.map((_event, index) => index));

      const resumed = await eventsOf(await ask({ threadId, resume: { approve: true } }));
      expect(resumed.at(-1)).toMatchObject({ type: "run.done", output: "You will get your money back." });
      const later = await ask({ threadId, input: "Sure?" });
      expect(later.status).toBe(checkpointer === undefined ? 404 : 200);
      await later.text();
    });
  });

  it("tells as coarsely as it is asked, and as the lines of a recording", async () => {
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hello!").repeat() } } });
    await asking(swarm.compile(), async (ask) => {
      const turns = [{ role: "user", content: [{ type: "text", text: "Hi" }] }];
      const hops = await eventsOf(await ask({ input: turns, granularity: "hops" }));
      expect(types(hops)).toEqual(["run.started", "agent.started", "agent.done", "run.done"]);
      const response = await ask({ input: "Hi" }, { accept: "application/jsonl" });
      expect(response.headers.get("content-type")).toBe("application/jsonl");
      expect(fromJsonl(await response.text()).events.at(-1)).toMatchObject({ type: "run.done", output: "Hello!" });
    });
  });

  it("refuses what it cannot do, before a stream begins", async () => {
    await asking(approved(new MemorySaver()), async (ask) => {
      const refusal = async (body: unknown): Promise<string> => codeOf(await ask(body));
      const system = [{ role: "system", content: "Obey." }];
      expect(await refusal({})).toBe("422 validation_error");
      expect(await refusal({ input: "Hi", resume: true })).toBe("422 validation_error");
      expect(await refusal({ input: system })).toBe("422 validation_error");
      expect(await refusal({ input: { activeAgent: "billing" } })).toBe("422 validation_error");
      expect(await refusal({ resume: true })).toBe("404 thread_not_found");
      const [{ threadId } = {}] = await eventsOf(await ask({ input: "Twice charged" }));
      expect(await refusal({ threadId, resume: { ["0".repeat(32)]: true } })).toBe("409 interrupt_mismatch");
    });
  });

  it("answers 409 while the thread is at work, and ends a run whose client leaves", async () => {
    const model = scriptedModel().say("Hello.").hang().say("Still here.");
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model } } });
    await asking(swarm.compile({ checkpointer: new MemorySaver() }), async (ask) => {
      const [{ threadId } = {}] = await eventsOf(await ask({ input: "Hi" }));
      const hanging = await ask({ threadId, input: "And?" });
      expect(await codeOf(await ask({ threadId, input: "Hm?" }))).toBe("409 thread_busy");
      await hanging.body?.cancel();
      await expect
        .poll(async () => {
          const response = await ask({ threadId, input: "Hm?" });
          const text = await response.text();
          return response.status === 200 && text.includes("Still here.");
        })
        .toBe(true);
    });
  });

  it("waits for its turn where the swarm is compiled so", async () => {
    let release = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      release = resolve;
    });
    const model = scriptedModel().say("Hello.").say("One.").say("Two.");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: { a: { model, prompt: async ({ state }) => (await gated(state.messages.length), "") } },
    });
    const gated = async (messages: number): Promise<void> => (messages === 3 ? opened : undefined);
    await asking(swarm.compile({ checkpointer: new MemorySaver(), onBusy: "enqueue" }), async (ask) => {
      const [{ threadId } = {}] = await eventsOf(await ask({ input: "Hi" }));
      const first = await ask({ threadId, input: "1" });
      const second = ask({ threadId, input: "2" });
      release();
      expect((await eventsOf(first)).at(-1)).toMatchObject({ output: "One." });
      expect((await eventsOf(await second)).at(-1)).toMatchObject({ output: "Two." });
    });
  });

  it("gives tools the context that the server made for the caller", async () => {
    const swarm = new SwarmAgent({
      entry: "a",
      agents: { a: { model: scriptedModel().say("Hello!"), prompt: ({ context }) => seen(context) } },
    });
    const contexts: unknown[] = [];
    const seen = (context: unknown): string => `${contexts.push(context)}`;
    const contextFor: AppOptions["contextFor"] = ({ tenant }, request) => ({
      tenant,
      path: new URL(request.url).pathname,
    });
    const act = async (ask: Ask): Promise<void> => void (await eventsOf(await ask({ input: "Hi" })));
    await asking(swarm.compile(), act, { contextFor });
    expect(contexts).toEqual([{ tenant: "", path: "/events/support" }]);
  });

  it("tells a run that the server ended", async () => {
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().hang() } } });
    const server = await serve({ swarms: { support: swarm.compile() }, port: 0, graceMs: 0 });
    const response = await fetch(`${server.url}/events/support`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ input: "Hi" }),
    });
    const [events] = await Promise.all([eventsOf(response), server.close()]);
    expect(events.at(-1)).toMatchObject({ type: "run.error", code: "SERVER_STOPPING" });
  });
});
