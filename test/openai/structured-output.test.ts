import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { openaiChat } from "../../src/openai/index.ts";
import { toResponseFormat } from "../../src/openai/structured-output.ts";
import { chunk, collect, completion, startWireServer } from "./wire-server.ts";
import type { WireServer } from "./wire-server.ts";

let server: WireServer;
const chat = () => openaiChat({ model: "test-model", baseURL: server.baseURL, maxRetries: 0 });
const City = z.object({ name: z.string(), people: z.number() });

beforeEach(async () => {
  server = await startWireServer();
});
afterEach(() => server.close());

describe("structured output", () => {
  it("is asked for with a strict schema and checked when it comes back", async () => {
    server.next(completion({ content: '{"name":"Oslo","people":7}' }));
    const city = await chat().withStructuredOutput<z.infer<typeof City>>(City, { name: "city" }).invoke("hi");
    expect(city).toEqual({ name: "Oslo", people: 7 });
    expect(server.lastBody["response_format"]).toMatchObject({
      type: "json_schema",
      json_schema: {
        name: "city",
        strict: true,
        schema: { type: "object", required: ["name", "people"], additionalProperties: false },
      },
    });
  });

  it("can give the message as well, and then no error", async () => {
    server.next(completion({ content: '{"name":"Oslo","people":7}' }), completion({ content: "Oslo" }));
    const model = chat().withStructuredOutput(City, { includeRaw: true });
    expect(await model.invoke("hi")).toMatchObject({ raw: { response_metadata: {} }, parsed: { name: "Oslo" } });
    expect(await model.invoke("hi")).toMatchObject({ raw: { content: "Oslo" }, parsed: null });
  });

  it("can be streamed", async () => {
    server.next({
      events: [chunk({ content: '{"name":"Oslo",' }), chunk({ content: '"people":7}' }), chunk({}, "stop")],
    });
    const parts = await collect(chat().withStructuredOutput(City).stream("hi"));
    expect(parts).toEqual([{ name: "Oslo", people: 7 }]);
  });

  it("takes a JSON schema, whose answer it parses but does not check", async () => {
    server.next(completion({ content: '{"a":1}' }));
    const schema = { title: "Any thing", type: "object", properties: { a: { type: "number" } } };
    expect(await chat().withStructuredOutput(schema).invoke("hi")).toEqual({ a: 1 });
    expect(server.lastBody["response_format"]).toMatchObject({
      json_schema: { name: "Any_thing", strict: false, schema },
    });
  });

  it("takes a standard schema", async () => {
    const standard = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: (value: unknown) =>
          (value as { a?: unknown }).a === 1 ? { value: { a: "one" } } : { issues: [{ message: "a is not 1" }] },
        jsonSchema: { input: () => ({ type: "object" }), output: () => ({ type: "object" }) },
      },
    };
    server.next(completion({ content: '{"a":1}' }), completion({ content: '{"a":2}' }));
    const model = chat().withStructuredOutput(standard);
    expect(await model.invoke("hi")).toEqual({ a: "one" });
    await expect(model.invoke("hi")).rejects.toMatchObject({ code: "OUTPUT_SCHEMA", retryable: true });
  });

  it.each([
    ["cut by length", completion({ content: '{"name":"Os' }, "length"), "MODEL_OUTPUT_TRUNCATED"],
    ["cut by length where its JSON looks whole", completion({ content: "{}" }, "length"), "MODEL_OUTPUT_TRUNCATED"],
    ["refused", completion({ refusal: "I will not." }), "MODEL_REFUSED"],
    ["withheld by the content filter", completion({ content: "" }, "content_filter"), "MODEL_REFUSED"],
    ["no JSON", completion({ content: "Oslo" }), "OUTPUT_SCHEMA"],
    ["half an object", completion({ content: '{"name":"Oslo","people":7' }), "OUTPUT_SCHEMA"],
    ["another object", completion({ content: '{"name":"Oslo"}' }), "OUTPUT_SCHEMA"],
  ])("that is %s rejects", async (_title, answer, code) => {
    server.next(answer);
    await expect(chat().withStructuredOutput(City).invoke("hi")).rejects.toMatchObject({ code });
  });

  it("is strict, or not, where that is said", () => {
    const loose = z.object({ a: z.string().optional() });
    const strictOf = (...args: Parameters<typeof toResponseFormat>) => toResponseFormat(...args).json_schema;
    expect(strictOf(City)).toMatchObject({ name: "answer", strict: true });
    expect(strictOf(City, { strict: false })).toMatchObject({ strict: false });
    expect(strictOf(loose)).toMatchObject({ strict: false });
    expect(strictOf(loose, { strict: true })).toMatchObject({ strict: true });
  });
});
