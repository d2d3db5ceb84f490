import assert from "node:assert/strict";
import { Agents, Conversations, createApp, serve } from "../../packages/server/src/index.ts";
import { codeInterpreterTool, isPublicUrl, memoryFileStore, webSearchTool } from "../../packages/tools/src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { Fault } from "./fault.ts";

const ESCAPES = [
  "process.env",
  "require('node:child_process')",
  "(() => {}).constructor('return process')()",
  "await import('node:fs')",
  "fetch('http://127.0.0.1')",
  "(async function* () {}).constructor('yield this')()",
];

const PRIVATE = [
  "http://127.0.0.1/",
  "http://169.254.169.254/latest/meta-data/",
  "http://10.0.0.1/",
  "http://[::1]/",
  "http://0x7f000001/",
  "http://[::ffff:10.0.0.1]/",
  "file:///etc/passwd",
];

function apart() {
  const agents = new Agents();
  return { agents, conversations: new Conversations({ agents, modelFor: () => scriptedModel().say("hi").repeat() }) };
}

/** Faults that meet the packages around the core: the sandbox, the tools that search, the server. */
export const packageFaults: readonly Fault[] = [
  {
    id: "F87",
    family: "packages",
    fault: "code in the interpreter tries to get out",
    expected: "there is nothing to get at: no process, no modules, no network, no time without end",
    run: async () => {
      const interpreter = codeInterpreterTool({ files: memoryFileStore(), timeoutMs: 500 });
      for (const code of [...ESCAPES, "for (;;);"]) {
        const text = String(await interpreter.invoke({ code }));
        assert.match(text, /error|stopped|time/i);
      }
    },
  },
  {
    id: "F88",
    family: "packages",
    fault: "a search that leads to private, link-local and metadata addresses",
    expected: "they are left out, however they are spelt",
    run: async () => {
      for (const url of PRIVATE) assert.equal(isPublicUrl(url), false);
      assert.equal(isPublicUrl("https://example.org/"), true);
      const provider = {
        name: "hostile",
        search: async () => [...PRIVATE, "https://example.org/"].map((url) => ({ title: "t", url, description: "d" })),
      };
      const text = String(await webSearchTool({ provider, maxResults: 10 }).invoke({ query: "x" }));
      assert.match(text, /example\.org/);
      assert.doesNotMatch(text, /169\.254|127\.0\.0\.1|passwd/);
    },
  },
  {
    id: "F89",
    family: "packages",
    fault: "a server that other machines can reach, without a key; a page of another site that calls it",
    expected: "it does not listen; and it answers no foreign origin",
    run: async () => {
      const { agents, conversations } = apart();
      await assert.rejects(serve({ agents, conversations, hostname: "0.0.0.0", port: 0 }), { code: "loopback_only" });
      const app = createApp({ agents, conversations, apiKey: "right" });
      assert.equal((await app.request("/v1/agents")).status, 401);
      assert.equal((await app.request("/v1/agents", { headers: { authorization: "Bearer wrong" } })).status, 401);
      const answer = await app.request("/v1/agents", {
        headers: { authorization: "Bearer right", origin: "https://evil.example" },
      });
      assert.equal(answer.headers.get("access-control-allow-origin"), null);
    },
  },
  {
    id: "F90",
    family: "packages",
    fault: "conversation ids that are guessed",
    expected: "they hold 122 random bits or more, and an unknown one is not found",
    run: async () => {
      const { agents, conversations } = apart();
      const { id } = await agents.create({ model: "m", name: "a" });
      const started = await Promise.all([1, 2].map(() => conversations.start({ agent_id: id, inputs: "hello" })));
      const ids = started.map((run) => run.conversation_id);
      assert.equal(new Set(ids).size, 2);
      for (const one of ids) assert.match(one, /^conv_[0-9a-f]{32}$/);
      await assert.rejects(conversations.get(`conv_${"0".repeat(32)}`), { status: 404 });
    },
  },
];
