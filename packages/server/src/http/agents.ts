import { Hono } from "hono";
import type { Context } from "hono";
import { z } from "zod/v4";
import type { Agents } from "../agents/agents.ts";
import { parseRequest } from "../wire/errors.ts";
import type { CreateAgentRequest, UpdateAgentRequest } from "../wire/requests.ts";
import { readJson } from "./limits.ts";
import { metadataFilter, paging, wholeNumber } from "./query.ts";

const flag = z.enum(["true", "false"]).transform((value) => value === "true");
const listQuery = z.object({
  ...paging,
  id: z.string().optional(),
  name: z.string().optional(),
  search: z.string().optional(),
  deployment_chat: flag.optional(),
  metadata: metadataFilter,
});
const versionQuery = z.object({ version: wholeNumber });
const aliasQuery = z.object({ alias: z.string() });
const versionBody = z.strictObject({ version: z.number().int().min(0) });

/** The routes of `/v1/agents`. */
export function agentRoutes(agents: Agents): Hono {
  const query = <T>(context: Context, schema: z.ZodType<T>): T => parseRequest(schema, context.req.query(), ["query"]);
  return new Hono()
    .post("/", async (c) => c.json(await agents.create((await readJson(c)) as CreateAgentRequest)))
    .get("/", async (c) => {
      const { page_size, deployment_chat, ...rest } = query(c, listQuery);
      const sources = c.req.queries("sources");
      return c.json(await agents.list({ ...rest, pageSize: page_size, deploymentChat: deployment_chat, sources }));
    })
    .get("/:id", async (c) => c.json(await agents.get(c.req.param("id"), { version: c.req.query("agent_version") })))
    .patch("/:id", async (c) =>
      c.json(await agents.update(c.req.param("id"), (await readJson(c)) as UpdateAgentRequest)),
    )
    .delete("/:id", async (c) => {
      await agents.delete(c.req.param("id"));
      return c.body(null, 204);
    })
    .patch("/:id/version", async (c) => {
      const inQuery = c.req.query("version") !== undefined;
      const { version } = inQuery ? query(c, versionQuery) : parseRequest(versionBody, await readJson(c));
      return c.json(await agents.setVersion(c.req.param("id"), version));
    })
    .get("/:id/versions", async (c) => {
      const { page, page_size } = query(c, z.object(paging));
      return c.json(await agents.versions(c.req.param("id"), { page, pageSize: page_size }));
    })
    .get("/:id/versions/:version", async (c) =>
      c.json(await agents.get(c.req.param("id"), { version: c.req.param("version") })),
    )
    .get("/:id/aliases", async (c) => c.json(await agents.aliases(c.req.param("id"))))
    .put("/:id/aliases", async (c) => {
      const { alias, version } = query(c, aliasQuery.extend(versionQuery.shape));
      return c.json(await agents.putAlias(c.req.param("id"), alias, version));
    })
    .delete("/:id/aliases", async (c) => {
      await agents.deleteAlias(c.req.param("id"), query(c, aliasQuery).alias);
      return c.body(null, 204);
    });
}
