import fc from "fast-check";
import type { SwarmAgent } from "swarmgraph";
import { describe, expect, it } from "vitest";
import { drawSwarm, layoutSwarm } from "@swarmgraph/draw";
import type { SwarmLayout } from "@swarmgraph/draw";
import { columnsOf, visible } from "../src/text.ts";
import { anyPlan, swarmOf } from "./any-swarm.ts";
import { compiledEdges } from "./compiled-edges.ts";
import { pair, readDrawing } from "./edges-in.ts";
import { parseXml } from "./parse-xml.ts";

const EVERYTHING = { descriptions: true, handoffTools: true, end: true } as const;
const ELEMENTS = new Set(["svg", "style", "title", "desc", "g", "rect", "path", "text"]);

/** The handoffs as they were written. */
function handoffsOf({ definition }: SwarmAgent<Record<string, object>>): readonly string[] {
  return [...definition.agents.values()].flatMap(({ name, edges }) => edges.map(({ to }) => pair(name, to)));
}

/** A name as XML can hold it. */
function inXml(name: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is replaced
  return name.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu, "\ufffd");
}

describe("any swarm, whatever its names", () => {
  it("is well-formed XML with every agent and edge, and with no element or handler of a name's making", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const swarm = swarmOf(plan);
        const elements = parseXml(drawSwarm(swarm, { format: "svg", show: EVERYTHING }));
        const agents = elements.flatMap(({ attributes }) => attributes.get("data-agent") ?? []);
        const edges = elements.filter(({ attributes }) => attributes.has("data-edge"));
        const ids = elements.flatMap(({ attributes }) => attributes.get("id") ?? []);
        expect(agents).toEqual([...swarm.definition.agents.keys()].map(inXml));
        expect(
          edges.map(({ attributes }) => pair(attributes.get("data-from") ?? "", attributes.get("data-to") ?? "")),
        ).toEqual(expect.arrayContaining(handoffsOf(swarm).map((edge) => pair(...inXmlPair(edge)))));
        expect(new Set(ids).size).toBe(ids.length);
        expect(elements.filter(({ name }) => !ELEMENTS.has(name))).toEqual([]);
        for (const { attributes } of elements) {
          for (const key of attributes.keys()) expect(key).not.toMatch(/^on|href|^src$|^style$/);
        }
      }),
    );
  });

  it("has every agent and edge in data, DOT and Mermaid, with no raw < of a name's and no directive", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const swarm = swarmOf(plan);
        const names = [...swarm.definition.agents.keys()];
        const json = drawSwarm(swarm, { format: "json", show: EVERYTHING });
        const dot = drawSwarm(swarm, { format: "dot", show: EVERYTHING });
        const mermaid = drawSwarm(swarm, { format: "mermaid", show: EVERYTHING });
        expect(readDrawing("json", json).agents).toEqual([...names].sort());
        expect(readDrawing("json", json).edges).toEqual(expect.arrayContaining([...handoffsOf(swarm)]));
        const seen = names.map(visible).sort();
        expect(readDrawing("dot", dot).agents).toEqual(seen);
        expect(readDrawing("mermaid", mermaid).agents).toEqual(seen);
        const counts = [json, dot, mermaid].map(
          (text, index) => readDrawing((["json", "dot", "mermaid"] as const)[index] ?? "json", text).edges.length,
        );
        expect(new Set(counts).size).toBe(1);
        expect(`${json}${dot}`).not.toContain("<");
        expect(mermaid.replace(/<br\/>|<\/?small>/g, "")).not.toMatch(/[<`\\]|%%/);
      }),
    );
  });

  it("survives JSON as it is", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const swarm = swarmOf(plan);
        const drawn = JSON.parse(drawSwarm(swarm, { format: "json" })) as SwarmLayout;
        expect(drawn).toEqual(layoutSwarm(swarm));
      }),
      { numRuns: 50 },
    );
  });

  it("fits the width as text, holds every agent and edge there, and moves no cursor", () => {
    fc.assert(
      fc.property(anyPlan, fc.integer({ min: 20, max: 120 }), (plan, width) => {
        const swarm = swarmOf(plan);
        const narrow = drawSwarm(swarm, { format: "ascii", width, show: EVERYTHING });
        for (const line of narrow.split("\n")) expect(columnsOf(line)).toBeLessThanOrEqual(width);
        const wide = drawSwarm(swarm, { format: "ascii", width: 5_000, show: EVERYTHING });
        expect(wide.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
        const blocks = wide.split("\n\n");
        for (const { name, edges } of swarm.definition.agents.values()) {
          const block = blocks.find((text) => text.startsWith(`[${visible(name)}]`)) ?? "";
          for (const { to } of edges) expect(block).toContain(`  --> ${visible(to)}`);
        }
      }),
    );
  });

  it("has the compiled graph's edges wherever it compiles", async () => {
    let compiled = 0;
    await fc.assert(
      fc.asyncProperty(anyPlan, async (plan) => {
        const swarm = swarmOf(plan);
        if (swarm.verify().some(({ severity }) => severity === "error")) return;
        compiled += 1;
        expect(readDrawing("json", drawSwarm(swarm, { format: "json" })).edges).toEqual(await compiledEdges(swarm));
      }),
      { numRuns: 300 },
    );
    expect(compiled).toBeGreaterThan(0);
  });
});

function inXmlPair(edge: string): [string, string] {
  const [from, to] = JSON.parse(edge) as [string, string];
  return [inXml(from), inXml(to)];
}
