import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";

const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx/esm")).href;
const root = new URL("../../", import.meta.url);

/** A tool and a model that never answer, while everything that nobody holds is collected. */
const program = `
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
const hang = tool(() => new Promise(() => {}), { name: "hang", description: "Hangs.", schema: z.object({}) });
const collect = setInterval(() => globalThis.gc(), 5);
const slow = new SwarmAgent({
  entry: "a",
  limits: { toolTimeoutMs: 200 },
  agents: { a: { model: scriptedModel().tool("hang").say("went on"), tools: [hang] } },
}).compile();
const { messages } = await slow.invoke({ messages: [{ role: "user", content: "Go" }] });
const silent = new SwarmAgent({
  entry: "a",
  limits: { modelTimeoutMs: 200 },
  retry: false,
  agents: { a: { model: scriptedModel().hang() } },
}).compile();
const error = await silent.invoke({ messages: [{ role: "user", content: "Go" }] }).catch((thrown) => thrown);
const abort = new AbortController();
setTimeout(() => abort.abort(), 200);
const aborted = await silent
  .invoke({ messages: [{ role: "user", content: "Go" }] }, { signal: abort.signal })
  .catch((thrown) => thrown);
clearInterval(collect);
process.stdout.write(JSON.stringify([messages.at(-1).text, error.code, aborted instanceof Error]));
`;

it("[F26][F27] times out and aborts also while garbage is collected all the time", { timeout: 120_000 }, async () => {
  const flags = [
    "--expose-gc",
    "--conditions=swarmgraph-source",
    `--import=${tsx}`,
    "--input-type=module",
    "-e",
    program,
  ];
  const printed = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, flags, { cwd: root, timeout: 60_000 }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
  });
  expect(JSON.parse(printed)).toEqual(["went on", "MODEL_TRANSIENT", true]);
});
