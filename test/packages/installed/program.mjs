import { HumanMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { drawSwarm } from "@swarmgraph/draw";
import { inspector } from "@swarmgraph/inspector";
import { localModel } from "@swarmgraph/local-model";
import { telemetryMapper, traced } from "@swarmgraph/otel";
import { PersistError } from "@swarmgraph/persist-core";
import { PostgresSwarmSaver, PersistError as OfPostgres } from "@swarmgraph/persist-postgres";
import { SqliteSwarmSaver, PersistError as OfSqlite } from "@swarmgraph/persist-sqlite";
import { Agents, Conversations } from "@swarmgraph/server";
import { codeInterpreterTool, offlineCollection, webSearchTool } from "@swarmgraph/tools";
import { Session, SwarmAgent, SwarmMemorySaver } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { z } from "zod";
import { swarm } from "./swarm.mjs";

/* Does a little with every package, as a project that has just installed them would, and prints what came of it. */

const { output, lastAgent, handoffs } = await new Session(swarm.compile()).run("My money back for A-17");

const page = inspector(swarm.compile({ checkpointer: new SwarmMemorySaver() }), {
  svg: drawSwarm(swarm, { format: "svg" }),
});
const statuses = await Promise.all(
  ["", "app.js"].map(async (path) => (await page(new Request(`http://localhost${page.path}${path}`))).status),
);

const weather = tool(({ city }) => `${city}: 12 °C`, {
  name: "weather",
  description: "Current weather of a city",
  schema: z.object({ city: z.string() }),
});
const router = localModel({ encoder: "lexical" }).bindTools([weather]);
const routed = await router.invoke([new HumanMessage("What's the weather in Tokyo?")]);

const agents = new Agents();
const { id } = await agents.create({ model: "any", name: "helper" });
const conversations = new Conversations({ agents, modelFor: () => scriptedModel().say("Hello!") });
const { outputs } = await conversations.start({ agent_id: id, inputs: "Hi" });

const told = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Traced.") } } });
const { messages } = await traced(told.compile()).invoke({ messages: [{ role: "user", content: "Hi" }] });

const search = webSearchTool({ provider: offlineCollection(), maxResults: 1 });
const found = await search.invoke({ query: "fed funds rate" });
const computed = await codeInterpreterTool().invoke({ code: "console.log(6 * 7)" });

const savers = [SqliteSwarmSaver.fromConnString, PostgresSwarmSaver.fromConnString];

console.log(
  JSON.stringify({
    core: { output, lastAgent, handoffs: handoffs.map(({ from, to, input }) => ({ from, to, input })) },
    draw: drawSwarm(swarm, { format: "mermaid" }).includes("billing"),
    inspector: statuses,
    localModel: routed.tool_calls?.[0]?.name,
    server: outputs[0]?.type,
    otel: typeof telemetryMapper() === "object" && messages.at(-1)?.text,
    tools: String(found).includes("Federal Reserve") && String(computed).includes("42"),
    persist: savers.every(Boolean) && [OfPostgres, OfSqlite].every((error) => error === PersistError),
  }),
);
