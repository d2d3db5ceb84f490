import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HEALTH } from "../../deploy/app/src/settings.ts";
import type { ProgramName } from "../../deploy/app/src/settings.ts";
import { startPostgres } from "../persist/postgres.ts";
import type { PostgresServer } from "../persist/postgres.ts";
import { startEngine } from "../restate/engine.ts";
import type { Engine } from "../restate/engine.ts";
import { freePorts } from "../restate/ports.ts";
import { node24 } from "../restate/service.ts";
import { bundleProgram, startProgram } from "./programs.ts";
import type { Running } from "./programs.ts";

const started: Running[] = [];
const files: string[] = [];
const folder = mkdtempSync(join(tmpdir(), "swarmgraph-deploy-"));

async function start(name: ProgramName, env: Readonly<Record<string, string>>, node?: string): Promise<Running> {
  const file = await bundleProgram(name);
  files.push(file);
  const running = await startProgram(file, { env, ...(node !== undefined && { node }) });
  started.push(running);
  return running;
}

/** A secret as a file, the way Compose gives it. */
function secret(name: string, value: string): string {
  const path = join(folder, name);
  writeFileSync(path, `${value}\n`);
  return path;
}

const KEY = { SWARMGRAPH_API_KEY: "k" };

function ask(
  port: number,
  path: string,
  { body, key = "k", method = "PUT" }: { body?: unknown; key?: string; method?: string } = {},
) {
  return fetch(`http://127.0.0.1:${port}${path}`, {
    method: body === undefined ? "GET" : method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

afterAll(async () => {
  for (const { child } of started) child.kill("SIGKILL");
  for (const path of [folder, ...files]) rmSync(path, { recursive: true, force: true });
});

describe("on PostgreSQL", () => {
  let database: PostgresServer;
  beforeAll(async () => {
    database = await startPostgres();
  });
  afterAll(() => database.stop());

  it("the server answers, says how it is, and ends with 0 when it is told to stop", async () => {
    const [port = 0] = await freePorts(1);
    const server = await start("server", {
      PORT: `${port}`,
      DATABASE_URL_FILE: secret("database_url", database.url),
      SWARMGRAPH_API_KEY_FILE: secret("api_key", "k"),
      OPENAI_API_KEY_FILE: secret("openai_api_key", ""),
    });
    const health = await Promise.all(Object.values(HEALTH).map((path) => ask(port, path, { key: "" })));
    expect(health.map(({ status }) => status)).toEqual([200, 200]);
    const chat = { body: { model: "support", user: "u", messages: [{ role: "user", content: "Hi" }] }, method: "POST" };
    expect((await ask(port, "/v1/chat/completions", { ...chat, key: "wrong" })).status).toBe(401);
    expect(await (await ask(port, "/v1/chat/completions", chat)).text()).toContain("I am a recipe");
    expect(await server.stop()).toBe(0);
  });

  it("the server is not ready where its database has gone", async () => {
    const own = await startPostgres();
    const [port = 0] = await freePorts(1);
    const server = await start("server", { ...KEY, PORT: `${port}`, DATABASE_URL: own.url });
    await own.stop();
    expect((await ask(port, HEALTH.ready)).status).toBe(503);
    expect((await ask(port, HEALTH.alive)).status).toBe(200);
    expect(await server.stop()).toBe(0);
  });

  it("a worker of DBOS runs what it is asked for, once under one id, also after it was killed", async () => {
    const [port = 0] = await freePorts(1);
    const env = { ...KEY, PORT: `${port}`, DATABASE_URL: database.url, EXECUTOR_ID: "worker-0", APP_VERSION: "1" };
    const worker = await start("dbos-worker", env);
    const run = () => ask(port, "/threads/t-1/runs/r-1", { body: { input: "Hi" } });
    expect((await ask(port, HEALTH.ready)).status).toBe(200);
    expect((await ask(port, "/threads/t-1/runs/r-1", { body: { input: "Hi" }, key: "wrong" })).status).toBe(401);
    expect((await ask(port, "/threads/t-1/runs/r-1", { body: {} })).status).toBe(422);
    const first: unknown = await (await run()).json();
    expect(first).toEqual({ threadId: "t-1", runId: "r-1", answer: "I am a recipe: give me a model's key." });
    await worker.stop("SIGKILL");
    const again = await start("dbos-worker", env);
    expect(await (await run()).json()).toEqual(first);
    expect(await again.stop()).toBe(0);
  });
});

describe("on Restate", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.stop());

  it("a worker is registered, a server hands runs to it, and both end with 0 when they are told to stop", async () => {
    const [workerPort = 0, port = 0] = await freePorts(2);
    const ingress = { RESTATE_INGRESS_URL: engine.ingress };
    const worker = await start("restate-worker", { ...ingress, PORT: `${workerPort}` }, node24());
    const register = await start("restate-register", {
      RESTATE_ADMIN_URL: engine.admin,
      WORKER_URL: `http://127.0.0.1:${workerPort}`,
    });
    expect(register.line).toContain("dp_");
    const server = await start("restate-server", { ...KEY, ...ingress, PORT: `${port}` });
    expect((await ask(port, HEALTH.ready)).status).toBe(200);
    const answer = await ask(port, "/threads/t-1/runs/r-1", { body: { input: "Hi" } });
    expect(await answer.json()).toMatchObject({ answer: "I am a recipe: give me a model's key." });
    expect([await server.stop(), await worker.stop()]).toEqual([0, 0]);
  });
});

describe("a program", () => {
  it("that is not told what it needs says what, and ends", async () => {
    await expect(start("dbos-worker", { SWARMGRAPH_API_KEY: "k" })).rejects.toThrow(
      "dbos-worker needs DATABASE_URL, EXECUTOR_ID, APP_VERSION",
    );
  });
});
