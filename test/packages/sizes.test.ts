import { describe, expect, inject, it } from "vitest";
import { bundleSize } from "./bundle.ts";

/**
 * What importing the core costs, minified and compressed, without its peers, in bytes.
 *
 * The goal for all of it is 25,000. The parts that a graph of one's own is made of meet it; `SwarmAgent`, with the prompts
 * for six providers, the checks and the run, takes three times as much. Those bounds are what is measured and a little
 * more, so that it does not grow unseen.
 */
const BOUNDS = [
  { imported: "{ createHandoffTool, isHandoffTool }", bound: 2500 },
  { imported: "{ createHandoffTool, createRegistry, findHandoff, routeHandoffs, toolNameFor }", bound: 4000 },
  { imported: "{ createHandoffTool, createRegistry, history, project, routeHandoffs }", bound: 25_000 },
  { imported: "{ SwarmAgent, Session }", bound: 82_000 },
  { imported: "*", bound: 96_000 },
];

describe("the core", () => {
  it.each(BOUNDS)("weighs no more than $bound bytes for `$imported`", async ({ imported, bound }) => {
    const core = inject("packages").find(({ manifest }) => manifest.name === "swarmgraph");
    if (core === undefined) throw new Error("swarmgraph is not among the packages.");
    const { gzip, minified, largest } = await bundleSize(core, { imported });
    const modules = largest.map(({ path, bytes }) => `${path} ${bytes}`).join("\n");
    expect(gzip, `${gzip} bytes, minified ${minified}; its largest modules:\n${modules}`).toBeLessThan(bound);
  });
});
