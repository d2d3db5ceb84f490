import { HTTPValidationError, SDKError } from "@mistralai/mistralai/models/errors";
import { describe, expect, it } from "vitest";
import { Agents } from "../../../packages/server/src/agents/agents.ts";
import { createApp } from "../../../packages/server/src/http/app.ts";
import { serving } from "../../../packages/server/test/serving.ts";
import { clientFor } from "./client.ts";
import { calcResult, createFive, rateFunction } from "./seed-program.ts";

type Client = ReturnType<typeof clientFor>;

async function withClient(act: (client: Client) => Promise<void>): Promise<void> {
  await serving(createApp({ agents: new Agents() }), async (port) => act(clientFor(port)));
}

const model = "mistral-large-latest";

async function errorOf(act: Promise<unknown>): Promise<unknown> {
  return act.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("Mistral's own client", () => {
  it("creates the five agents of the handoff guide and assigns their handoffs", async () => {
    await withClient(async (client) => {
      const five = await createFive(client);
      const assign = async (agentId: string, handoffs: string[]) =>
        client.beta.agents.update({ agentId, updateAgentRequest: { handoffs } });
      const finance = await assign(five.finance.id, [five.ecb.id, five.web.id]);
      const ecb = await assign(five.ecb.id, [five.graph.id, five.calculator.id]);
      const web = await assign(five.web.id, [five.graph.id, five.calculator.id]);

      expect(finance).toMatchObject({ id: five.finance.id, version: 1, versions: [0, 1], name: "finance-agent" });
      expect(finance.handoffs).toEqual([five.ecb.id, five.web.id]);
      expect(ecb.handoffs).toEqual(web.handoffs);
      expect(ecb.tools).toEqual([{ type: "function", function: rateFunction }]);
      expect(five.calculator.completionArgs?.responseFormat?.jsonSchema?.schemaDefinition).toEqual(calcResult);
      expect(finance.createdAt).toBeInstanceOf(Date);

      const all = await client.beta.agents.list();
      expect(all.map(({ name }) => name)).toEqual(Object.values(five).map(({ name }) => name));
      expect(all[0]).toEqual(finance);
    });
  });

  it("lets the handoffs go in a cycle, and takes them away by null", async () => {
    await withClient(async ({ beta: { agents } }) => {
      const a = await agents.create({ model, name: "a" });
      const b = await agents.create({ model, name: "b", handoffs: [a.id] });
      const cycle = await agents.update({ agentId: a.id, updateAgentRequest: { handoffs: [b.id] } });
      expect(cycle.handoffs).toEqual([b.id]);
      const none = await agents.update({ agentId: a.id, updateAgentRequest: { handoffs: null } });
      expect(none.handoffs).toBe(null);
    });
  });

  it("finds versions by number and alias, lists, names, switches and deletes them", async () => {
    await withClient(async ({ beta: { agents } }) => {
      const { id: agentId } = await agents.create({
        model,
        name: "a",
        metadata: { team: "x" },
        versionMessage: "first",
      });
      await agents.update({ agentId, updateAgentRequest: { name: "b", deploymentChat: true } });
      const alias = await agents.createVersionAlias({ agentId, alias: "prod", version: 0 });
      expect(alias).toMatchObject({ alias: "prod", version: 0 });
      expect(await agents.listVersionAliases({ agentId })).toEqual([alias]);
      expect((await agents.get({ agentId, agentVersion: "prod" })).name).toBe("a");
      expect((await agents.get({ agentId, agentVersion: 1 })).deploymentChat).toBe(true);
      expect((await agents.getVersion({ agentId, version: "0" })).versionMessage).toBe("first");
      expect((await agents.listVersions({ agentId, pageSize: 1, page: 1 })).map(({ version }) => version)).toEqual([1]);
      expect((await agents.updateVersion({ agentId, version: 0 })).name).toBe("a");
      const found = await agents.list({
        metadata: { team: "x" },
        search: "A",
        sources: ["api"],
        deploymentChat: false,
      });
      expect(found.map(({ id }) => id)).toEqual([agentId]);
      await agents.deleteVersionAlias({ agentId, alias: "prod" });
      await agents.delete({ agentId });
      expect(await agents.list()).toEqual([]);
    });
  });

  it("[B153] understands what was refused, and where", async () => {
    await withClient(async ({ beta: { agents } }) => {
      const { id: agentId } = await agents.create({ model, name: "a" });
      const empty = await errorOf(agents.update({ agentId, updateAgentRequest: { handoffs: [] } }));
      expect(empty).toBeInstanceOf(HTTPValidationError);
      expect(empty).toMatchObject({ statusCode: 422, detail: [{ type: "too_short", loc: ["body", "handoffs"] }] });
      const unknown = await errorOf(agents.update({ agentId, updateAgentRequest: { handoffs: ["ag_0"] } }));
      expect(unknown).toBeInstanceOf(SDKError);
      expect(unknown).toMatchObject({ statusCode: 404, body: expect.stringContaining('"handoffs",0') as string });
      expect(await errorOf(agents.get({ agentId: "ag_0" }))).toMatchObject({ statusCode: 404 });
      const locked = createApp({ agents: new Agents(), apiKey: "secret" });
      await serving(locked, async (port) => {
        expect(await errorOf(clientFor(port).beta.agents.list())).toMatchObject({ statusCode: 401 });
        expect(await clientFor(port, { apiKey: "secret" }).beta.agents.list()).toEqual([]);
      });
    });
  });
});
