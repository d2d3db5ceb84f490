import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { drawSwarm, layoutSwarm } from "@swarmgraph/draw";
import { parseXml } from "./parse-xml.ts";
import { desk, finance } from "./swarms.ts";

/** Everybody hands off to everybody: too dense for layers. */
const mesh = new SwarmAgent({
  name: "mesh",
  entry: "agent 0",
  model: scriptedModel(),
  agents: Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`agent ${index}`, {}])),
});

const cases = [desk, finance, mesh].flatMap((swarm) =>
  (["LR", "TB"] as const).flatMap((direction) =>
    [true, false].map((handoffTools) => ({ name: swarm.definition.name, swarm, direction, handoffTools })),
  ),
);

describe("layoutSwarm", () => {
  it.each(cases)("$name $direction, tools $handoffTools: all is inside, no two nodes overlap", (given) => {
    const { swarm, direction, handoffTools } = given;
    const { nodes, edges, width, height } = layoutSwarm(swarm, { direction, show: { handoffTools } });
    const points = [
      ...edges.flatMap((edge) => edge.points),
      ...edges.flatMap(({ labelAt }) => (labelAt === null ? [] : [labelAt])),
      ...nodes.flatMap((node) => [node, { x: node.x + node.width, y: node.y + node.height }]),
    ];
    for (const { x, y } of points) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(width);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(height);
    }
    for (const [index, one] of nodes.entries()) {
      for (const other of nodes.slice(index + 1)) {
        const apart =
          one.x + one.width <= other.x ||
          other.x + other.width <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y;
        expect(apart, `${one.id} and ${other.id}`).toBe(true);
      }
    }
  });

  it("runs the handoffs the way that was asked for", () => {
    const place = (direction: "LR" | "TB", id: string) => {
      const node = layoutSwarm(finance, { direction }).nodes.find((candidate) => candidate.id === id);
      return node ?? { x: Number.NaN, y: Number.NaN };
    };
    expect(place("TB", "calculator-agent").y).toBeGreaterThan(place("TB", "websearch-agent").y);
    expect(place("LR", "calculator-agent").x).toBeGreaterThan(place("LR", "websearch-agent").x);
  });

  it("puts agents that all know each other in a circle, every edge its own", () => {
    const { nodes, edges } = layoutSwarm(mesh, { show: { start: false } });
    const centres = nodes.map(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }));
    const middle = {
      x: centres.reduce((sum, { x }) => sum + x, 0) / nodes.length,
      y: centres.reduce((sum, { y }) => sum + y, 0) / nodes.length,
    };
    const distances = centres.map(({ x, y }) => Math.hypot(x - middle.x, y - middle.y));
    expect(Math.max(...distances) - Math.min(...distances)).toBeLessThan(1);
    expect(new Set(edges.map(({ points }) => JSON.stringify(points))).size).toBe(14 * 13);
  });

  it("keeps texts inside their nodes, and names the rest of many tools", () => {
    const tools = Array.from({ length: 9 }, (_, index) => ({
      name: `tool_${index}_${"w".repeat(60)}`,
      description: "",
      invoke: () => Promise.resolve(""),
    }));
    const agents = { ["very long ".repeat(15)]: { tools, description: "and so on ".repeat(60) } };
    const swarm = new SwarmAgent({ entry: Object.keys(agents)[0] as never, model: scriptedModel(), agents });
    const [node] = layoutSwarm(swarm, { show: { start: false, descriptions: true } }).nodes;
    expect(node?.tools).toHaveLength(9);
    expect(node?.rows.map(({ role }) => role).join(" ")).toBe(
      "name description description description tool tool tool tool tool tool",
    );
    expect(node?.rows.at(-1)?.text).toBe("and 4 more");
    for (const row of node?.rows ?? []) expect(row.width).toBeLessThanOrEqual((node?.width ?? 0) - 32);
  });
});

describe("an SVG's ids", () => {
  const idsOf = (svg: string) => parseXml(svg).flatMap(({ attributes }) => attributes.get("id") ?? []);

  it("stay when an agent joins", () => {
    const larger = finance.extend({ agents: { auditor: { canHandoffTo: ["calculator-agent"] } } });
    expect(idsOf(drawSwarm(larger, { format: "svg" }))).toEqual(
      expect.arrayContaining(idsOf(drawSwarm(finance, { format: "svg" }))),
    );
  });

  it("begin with the id that was given, and so does each selector, so that two drawings share a page", () => {
    const svg = drawSwarm(finance, { format: "svg", id: "left" });
    expect(idsOf(svg).filter((id) => id !== "left" && !id.startsWith("left-"))).toEqual([]);
    const style = parseXml(svg).find(({ name }) => name === "style")?.text ?? "";
    const selectors = style.replace(/@media[^{]*\{/g, "").match(/[^{}]+(?=\{)/g) ?? [];
    const parts = selectors.flatMap((selector) => selector.split(",")).map((selector) => selector.trim());
    expect(parts.filter((selector) => !/^#left\b/.test(selector))).toEqual([]);
  });

  it("lead to a title and a description in words", () => {
    const elements = parseXml(drawSwarm(finance, { format: "svg" }));
    const [root] = elements;
    const texts = (root?.attributes.get("aria-labelledby") ?? "")
      .split(" ")
      .map((id) => elements.find(({ attributes }) => attributes.get("id") === id)?.text);
    expect(root?.attributes.get("role")).toBe("img");
    expect(texts[0]).toBe("Swarm finance");
    expect(texts[1]).toContain("finance-agent hands off to ecb-interest-rate-agent, websearch-agent.");
    expect(texts[1]).toContain("calculator-agent hands off to nobody.");
  });
});
