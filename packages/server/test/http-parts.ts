import { tool } from "@langchain/core/tools";
import type { ChatModel } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { expect } from "vitest";
import { z } from "zod";
import { Agents } from "../src/agents/agents.ts";
import { Conversations } from "../src/conversations/conversations.ts";
import { createApp } from "../src/http/app.ts";
import type { AppOptions } from "../src/http/app.ts";
import { serve } from "../src/http/serve.ts";
import type { RunningServer, ServeOptions } from "../src/http/serve.ts";
import type { MistralErrorBody } from "../src/wire/errors.ts";
import type { ConversationEvent } from "../src/wire/events.ts";

export const KEY = "a-key-of-the-tests";
export const SECRET = "sk-very-secret";

export const search = tool(() => "[1] 4.50 percent", {
  name: "web_search",
  description: "Searches the web.",
  schema: z.object({ query: z.string() }),
});

/** Conversations whose models are found by name; any other model says "x". */
export function conversationsWith(models: Record<string, ChatModel> = {}, agents = new Agents()): Conversations {
  return new Conversations({
    agents,
    modelFor: (name) => models[name] ?? scriptedModel().say("x").repeat(),
    builtIn: ({ type }) => (type === "web_search" ? [search] : undefined),
  });
}

type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>;

/** An app in this process, with a key; `ask` sends it. */
export function appFor(conversations: Conversations, options: Partial<AppOptions> = {}): Ask {
  const app = createApp({ agents: new Agents(), apiKey: KEY, conversations, ...options });
  return async (method, path, body, headers) =>
    app.request(`/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json", ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
}

export const post = (body: unknown, init: RequestInit = {}): RequestInit => ({
  ...init,
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

export async function json<T>(response: Response): Promise<T> {
  return (await response.json()) as T;
}

/** Status, code and places of a refusal; checks that its body has Mistral's shape. */
export async function refusalOf(response: Response): Promise<string> {
  const body = await json<MistralErrorBody>(response);
  expect(body).toMatchObject({ object: "error", type: expect.any(String) as string, param: null });
  return [response.status, body.code, ...(body.detail ?? []).map(({ loc }) => loc.join("."))].join(" ");
}

/** The events of an answer; checks that each one's name is its type. */
export function eventsIn(text: string): ConversationEvent[] {
  const blocks = text.split("\n\n").filter((block) => block !== "");
  return blocks.map((block) => {
    const [, name, data] = /^event: (.+)\ndata: (.+)$/u.exec(block) ?? [];
    const event = JSON.parse(data ?? "") as ConversationEvent;
    expect(event.type).toBe(name);
    return event;
  });
}

export const types = (events: readonly { readonly type: string }[]): string[] =>
  events.map(({ type }) => type).filter((type, at, all) => type !== all[at - 1]);

/** A promise, and what resolves it. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** A server on this machine, closed after `act`. */
export async function served<T>(
  options: Partial<ServeOptions>,
  act: (server: RunningServer) => Promise<T>,
): Promise<T> {
  const agents = new Agents();
  const server = await serve({ agents, conversations: conversationsWith({}, agents), port: 0, graceMs: 0, ...options });
  try {
    return await act(server);
  } finally {
    await server.close();
  }
}

/** A model that never answers, and when it was asked. */
export function hanging(): { readonly model: ChatModel; readonly asked: Promise<void> } {
  const asked = gate();
  const model = scriptedModel()
    .reply(() => {
      asked.open();
      return { kind: "hang" };
    })
    .say("back again");
  return { model, asked: asked.opened };
}
