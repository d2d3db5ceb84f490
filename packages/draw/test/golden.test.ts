import { describe, expect, it } from "vitest";
import { drawSwarm } from "@swarmgraph/draw";
import type { DrawFormat } from "@swarmgraph/draw";
import { desk, finance } from "./swarms.ts";

const swarms = { desk, finance };

/** JSON has an extension that formatters leave alone. */
const EXTENSIONS: Readonly<Record<DrawFormat, string>> = {
  ascii: "txt",
  dot: "dot",
  json: "json.golden",
  mermaid: "mmd",
  svg: "svg",
};
const formats = Object.keys(EXTENSIONS) as DrawFormat[];
const cases = (["desk", "finance"] as const).flatMap((name) => formats.map((format) => ({ name, format })));

describe("golden drawings", () => {
  it.each(cases)("$name as $format is what it was", async ({ name, format }) => {
    const drawing = drawSwarm(swarms[name], { format });
    await expect(drawing).toMatchFileSnapshot(`golden/${name}.${EXTENSIONS[format]}`);
  });

  it.each(formats)("the desk with everything shown and lit, as %s", async (format) => {
    const drawing = drawSwarm(desk, {
      format,
      theme: "dark",
      direction: "LR",
      show: { descriptions: true, handoffTools: true, end: true },
      highlight: {
        active: "tech",
        agents: ["triage"],
        edges: [["triage", "tech"]],
        refused: [
          ["billing", "human"],
          ["human", "triage"],
        ],
      },
    });
    await expect(drawing).toMatchFileSnapshot(`golden/desk-lit.${EXTENSIONS[format]}`);
  });

  it("is the same for the same swarm, built or compiled or as a definition", () => {
    const drawn = drawSwarm(desk, { format: "svg" });
    expect(drawSwarm(desk.compile(), { format: "svg" })).toBe(drawn);
    expect(drawSwarm(desk.definition, { format: "svg" })).toBe(drawn);
  });
});
