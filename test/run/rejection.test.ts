import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { SwarmAgent, SwarmError } from "../../src/index.ts";
import type { AgentTool, ProfileName } from "../../src/index.ts";
import { profiles } from "../../src/project/profiles/profiles.ts";
import { assertValid, rejectionOf, shapeOf } from "../../src/run/rejection.ts";
import { statusOf } from "../../src/run/retry.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, says } from "../support.ts";

const SECRET = "my card is 4111 1111 1111 1111";

/** An error as a provider's client throws it. */
const refused = (message: string, more: object = { status: 400 }) => Object.assign(new Error(message), more);

/** The error with which a run ends whose model throws another one. */
async function rejected(error: unknown, profile: ProfileName, text = "Hello"): Promise<SwarmError> {
  const model = scriptedModel()
    .tool("echo", { text: `${SECRET} twice` })
    .fail(error);
  const agents = { triage: { model, profile, tools: [echo], prompt: "Keep the code word ocelot-42." } };
  const graph = new SwarmAgent({ entry: "triage", agents }).compile();
  const thrown: unknown = await graph.invoke(says(text)).catch((reason: unknown) => reason);
  expect(model.calls).toHaveLength(2);
  if (!SwarmError.is(thrown)) throw new Error("the run was not rejected", { cause: thrown });
  return thrown;
}

/** What each API says, and the rule that it means. */
const texts: readonly [ProfileName, string, string][] = [
  [
    "openai-chat",
    "400 An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.",
    "O1",
  ],
  [
    "openai-chat",
    "400 Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    "O2",
  ],
  [
    "openai-chat",
    "400 Invalid 'tools[0].function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
    "O3",
  ],
  [
    "openai-chat",
    "400 Invalid 'tools[0].function.description': string too long. Expected a string with maximum length 1024.",
    "O4",
  ],
  ["openai-chat", "400 Invalid schema for function 'f': In context=(), 'required' is required to be supplied.", "O5"],
  ["openai-chat", "400 [] is too short - 'tools'", "O6"],
  ["openai-responses", "400 No tool output found for function call call_1.", "P1"],
  ["openai-responses", "400 No tool call found for function call output with call_id call_1.", "P2"],
  ["openai-responses", "400 Item 'rs_1' of type 'reasoning' was provided without its required following item.", "P3"],
  ["openai-responses", "400 Invalid 'input[1].id': 'c1'. Expected an ID that begins with 'fc'.", "P4"],
  [
    "anthropic",
    '400 {"error":{"message":"messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1."}}',
    "A1",
  ],
  ["anthropic", "400 messages.1.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_1.", "A2"],
  ["anthropic", "400 tools: Tool names must be unique.", "A3"],
  ["anthropic", "400 tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'", "A4"],
  ["anthropic", "400 messages: text content blocks must be non-empty", "A5"],
  ["anthropic", "400 This model does not support assistant message prefill.", "A6"],
  ["mistral", "Unexpected role 'user' after role 'tool'", "M1"],
  ["mistral", "Unexpected role 'tool' after role 'system'", "M2"],
  ["mistral", "Not the same number of function calls and responses", "M3"],
  ["mistral", "Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant", "M4"],
  ["mistral", "Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9.", "M5"],
  ["mistral", "Assistant message must have either content or tool_calls, but not none.", "M6"],
  [
    "gemini",
    "[400 Bad Request] Please ensure that function call turn comes immediately after a user turn or after a function response turn.",
    "G1",
  ],
  [
    "gemini",
    "[400 Bad Request] * GenerateContentRequest.tools[0].function_declarations[0].name: Invalid function name.",
    "G2",
  ],
  ["gemini", "[400 Bad Request] Function call is missing a thought_signature in functionCall parts.", "G3"],
  [
    "gemini",
    "[400 Bad Request] Please ensure that single turn requests end with a user role or the role field is empty.",
    "G4",
  ],
  ["bedrock", "Expected toolResult blocks at messages.2.content for the following Ids: c1", "B1"],
  [
    "bedrock",
    "The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of previous turn.",
    "B2",
  ],
  ["bedrock", "The toolConfig field must be defined when using toolUse and toolResult content blocks.", "B3"],
  ["bedrock", "Value 'c 1' at 'messages.1.member.toolUseId' failed to satisfy constraint", "B4"],
];

describe("PROVIDER_REJECTED", () => {
  it.each(texts)("names the rule of %s: %s", async (profile, text, rule) => {
    const cause = refused(text);
    const error = await rejected(cause, profile);
    expect(error).toMatchObject({ code: "PROVIDER_REJECTED", agent: "triage", retryable: false, cause });
    expect(error.details).toEqual({
      profile,
      rule,
      status: 400,
      shape: "system, human, ai (1 call), tool; 1 tool",
    });
    expect(error.message).toContain(`refused the request (rule ${rule}): 400`);
    expect(error.message).toContain(`written for ${profile}`);
  });

  it.each<[string, unknown, number]>([
    ["400, with a text that is not known", refused("Your prompt is odd."), 400],
    ["422", refused("Input should be a valid string", { statusCode: 422 }), 422],
    ["the status of a response", refused("no", { response: { status: 400 } }), 400],
    ["a status in words", new Error("Request failed with status code 400"), 400],
    [
      "the status that Amazon's client keeps",
      refused("no", { name: "ValidationException", $metadata: { httpStatusCode: 400 } }),
      400,
    ],
    ["what is no error", { status: 400, why: "no" }, 400],
  ])("is any other refusal too: %s", async (_what, cause, status) => {
    const error = await rejected(cause, "mistral");
    expect(error).toMatchObject({ code: "PROVIDER_REJECTED", cause });
    expect(error.details).toMatchObject({ profile: "mistral", rule: undefined, status });
    expect(error.message).toContain(`refused the request: ${status}`);
  });

  it.each<[string, unknown, string]>([
    ["401", refused("Invalid key", { status: 401 }), "MODEL_REJECTED"],
    ["404", refused("no such model", { status: 404 }), "MODEL_REJECTED"],
    ["no status", new Error("must be followed by tool messages"), "MODEL_REJECTED"],
    ["an error of ours", new SwarmError("MODEL_INVALID", "status code 400"), "MODEL_INVALID"],
  ])("is not %s", async (_what, cause, code) => {
    expect(await rejected(cause, "openai-chat")).toMatchObject({ code });
  });

  it("names the thread", async () => {
    const model = scriptedModel().fail(400);
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model } } }).compile();
    const run = graph.invoke(says(), { configurable: { thread_id: "t1" } });
    await expect(run).rejects.toMatchObject({ code: "PROVIDER_REJECTED", threadId: "t1" });
  });

  it("goes to the fallback first, in its own provider's words", async () => {
    const [model, fallback] = [scriptedModel().fail(400), scriptedModel().say("Done.")];
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, fallbacks: [fallback] } } }).compile();
    expect((await graph.invoke(says())).messages.at(-1)?.text).toBe("Done.");
  });

  it("says nothing of the conversation, also where the provider quotes it", async () => {
    const input = [{ role: "user", content: `${SECRET}\n"x"` }, { arguments: { text: `${SECRET} twice` } }];
    const detail = [{ loc: ["body", "messages", 0], msg: "Extra inputs are not permitted", input }];
    const text = `Status 422: ${JSON.stringify({ detail })} Keep the code word ocelot-42. $& end`;
    const error = await rejected(refused(text, { statusCode: 422 }), "mistral", `${SECRET}\n"x"`);
    const told = JSON.stringify([error.message, error.details]);
    expect(error.message).toContain("Extra inputs are not permitted");
    expect(error.message).toContain("[...] $& end");
    for (const part of ["4111", "card", "ocelot"]) expect(told).not.toContain(part);
  });

  it("cuts what a provider says at length", async () => {
    expect((await rejected(refused("no ".repeat(5000)), "gemini")).message.length).toBeLessThan(2500);
  });
});

describe("WIRE_INVALID", () => {
  const tool = (name: string): AgentTool => ({
    type: "function",
    function: { name, description: "d", parameters: { type: "object" } },
  });
  const search = {
    name: "web search",
    description: "d",
    input_schema: { type: "object", properties: { q: { type: "string" } } },
  };
  const swarm = (tools: readonly AgentTool[], strict: boolean) => {
    const model = scriptedModel().say("Done.");
    const agents = { triage: { model, tools, profile: "anthropic" as const } };
    return { model, graph: new SwarmAgent({ entry: "triage", agents, strict }).compile() };
  };

  it("stops a request that breaks a rule before it is sent, where the swarm is strict", async () => {
    const { model, graph } = swarm([search], true);
    const thrown: unknown = await graph.invoke(says(SECRET)).catch((reason: unknown) => reason);
    expect(thrown).toMatchObject({
      code: "WIRE_INVALID",
      agent: "triage",
      details: { profile: "anthropic", problems: [{ rule: "A4", status: 400 }], shape: "human; 1 tool" },
    });
    const error = thrown as SwarmError;
    expect(error.message).toMatch(
      /^the request of agent "triage" breaks rule A4 of anthropic at tools\[0\].*It was not sent\.$/s,
    );
    expect(JSON.stringify([error.message, error.details])).not.toContain("4111");
    expect(model.calls).toEqual([]);
  });

  it("counts the further ones", async () => {
    const { graph } = swarm([search, { ...search, name: "e mail" }], true);
    await expect(graph.invoke(says())).rejects.toMatchObject({
      message: expect.stringMatching(/, and 1 more\. It was not sent\.$/),
    });
  });

  it("lets it pass elsewhere, and all that is right", async () => {
    expect((await swarm([search], false).graph.invoke(says())).messages.at(-1)?.text).toBe("Done.");
    expect((await swarm([echo], true).graph.invoke(says())).messages.at(-1)?.text).toBe("Done.");
  });

  it("is said for each profile, and not for a request that is right", async () => {
    for (const profile of Object.values(profiles)) {
      const reader = { profile, model: undefined };
      await expect(
        assertValid(reader, { messages: [new HumanMessage("Hi")], tools: [echo] }, "a"),
      ).resolves.toBeUndefined();
      const open = [new HumanMessage("Hi"), new ToolMessage({ content: "3", tool_call_id: "abcDEF123", name: "echo" })];
      await expect(assertValid(reader, { messages: open, tools: [tool("echo")] }, "a")).rejects.toMatchObject({
        code: "WIRE_INVALID",
        details: { profile: profile.name },
      });
    }
  });
});

describe("shapeOf", () => {
  it("counts", () => {
    const calls = [1, 2].map((id) => ({ id: `${id}`, name: "f", args: {} }));
    const messages = [
      new SystemMessage("x"),
      new HumanMessage("x"),
      new AIMessage({ content: "", tool_calls: calls }),
      new AIMessage("x"),
    ];
    expect(shapeOf({ messages, tools: [] })).toBe("system, human, ai (2 calls), ai; 0 tools");
    expect(shapeOf({ messages: [], tools: [echo] })).toBe("; 1 tool");
    const bare = Object.assign(new AIMessage("x"), { tool_calls: undefined });
    expect(shapeOf({ messages: [bare], tools: [] })).toBe("ai; 0 tools");
  });
});

describe("rejectionOf", () => {
  it("finds nothing to hide in numbers and nulls", () => {
    const args = { pin: 123456, none: null, list: ["secret-1"] };
    const messages = [
      new AIMessage({ content: [{ type: "text", text: "I try." }], tool_calls: [{ id: "1", name: "f", args }] }),
    ];
    const sent = {
      reader: { profile: profiles.mistral, model: undefined },
      request: { messages, tools: [] },
      agent: "a",
      threadId: undefined,
    };
    expect(rejectionOf(refused("I try. secret-1 123456"), sent)?.message).toContain("400 [...] [...] 123456");
  });
});

describe("statusOf", () => {
  it.each([
    [{ $metadata: { httpStatusCode: 429 } }, 429],
    [{ $metadata: null, response: null, code: 503 }, 503],
    [{ $metadata: {}, response: "x" }, undefined],
  ])("of %j is %s", (error, status) => {
    expect(statusOf(error)).toBe(status);
  });
});
