import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { LOCAL_MODEL_NOTICE, LocalModel, localModel } from "@swarmgraph/local-model";
import type { RunContext } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { OpenAIChat } from "swarmgraph/openai";
import { afterEach, describe, expect, it } from "vitest";
import { chooseModel } from "../model.ts";
import type { ModelEnvironment } from "../model.ts";

const all: ModelEnvironment = {
  OPENAI_API_KEY: "sk-1",
  MISTRAL_API_KEY: "m-1",
  ANTHROPIC_API_KEY: "a-1",
  OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
};

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server that answers `GET /v1/models`. */
async function modelServer(status: number, body: unknown): Promise<{ baseURL: string; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => server.close());
  return { baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, requests };
}

async function resolved(env: ModelEnvironment): Promise<BaseChatModel> {
  const { model } = chooseModel(undefined, env);
  return (typeof model === "function" ? await model({} as RunContext) : model) as BaseChatModel;
}

describe("chooseModel", () => {
  it("takes an explicit model before everything", () => {
    const model = scriptedModel();
    expect(chooseModel(model, all)).toMatchObject({ model, isLocal: false });
  });

  it("takes OpenAI, Mistral, Anthropic by their keys, then a base URL, then the local model", async () => {
    const order = ["OPENAI_API_KEY", "MISTRAL_API_KEY", "ANTHROPIC_API_KEY"] as const;
    const env: Record<string, string | undefined> = { ...all, OPENAI_BASE_URL: undefined };
    for (const key of order) {
      const { notice, model } = chooseModel(undefined, env);
      expect(notice).toContain(`(${key} is set)`);
      expect(model).toBeInstanceOf(OpenAIChat);
      env[key] = "";
    }
    env["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1";
    env["SWARMGRAPH_MODEL"] = "qwen3";
    expect(chooseModel(undefined, env).notice).toBe("Using qwen3 at http://127.0.0.1:9/v1 (OPENAI_BASE_URL is set).");
    expect((await resolved(env)) as OpenAIChat).toMatchObject({ model: "qwen3" });
    env["OPENAI_BASE_URL"] = "";
    expect(chooseModel(undefined, env)).toMatchObject({ notice: LOCAL_MODEL_NOTICE, isLocal: true });
    expect(await resolved(env)).toBeInstanceOf(LocalModel);
  });

  it("asks a server without a named model for its first one, once", async () => {
    const { baseURL, requests } = await modelServer(200, { data: [{ id: "llama3.2" }, { id: "other" }] });
    const { model } = chooseModel(undefined, { OPENAI_BASE_URL: `${baseURL}/` });
    const ask = model as (context: RunContext) => Promise<OpenAIChat>;
    expect((await ask({} as RunContext)).model).toBe("llama3.2");
    expect(await ask({} as RunContext)).toBe(await ask({} as RunContext));
    expect(requests).toEqual(["GET /v1/models"]);
  });

  it.each([
    [500, {}, "answered 500"],
    [200, { data: [] }, "lists no model"],
    [200, {}, "lists no model"],
  ])("says what to do where the server answers %i %j", async (status, body, message) => {
    const { baseURL } = await modelServer(status, body);
    await expect(resolved({ OPENAI_BASE_URL: baseURL })).rejects.toThrow(new RegExp(`${message}.*SWARMGRAPH_MODEL`));
  });

  it("says what to do where no server is, and asks again the next time", async () => {
    const { baseURL } = await modelServer(200, {});
    closers.splice(0).forEach((close) => close());
    const ask = chooseModel(undefined, { OPENAI_BASE_URL: baseURL }).model as (context: RunContext) => Promise<unknown>;
    await expect(ask({} as RunContext)).rejects.toThrow(/no server answers at .*\/v1\/models.*SWARMGRAPH_MODEL/);
    await expect(ask({} as RunContext)).rejects.toThrow("no server answers");
  });

  it("reads the process's environment by default", () => {
    expect(chooseModel().notice).not.toBe("");
    expect(chooseModel(localModel()).isLocal).toBe(false);
  });
});
