import { readFile } from "node:fs/promises";
import { fromJsonl, mapEvents } from "swarmgraph";
import { describe, expect, it } from "vitest";
import { telemetryMapper } from "../src/index.ts";

const at = (path: string) => new URL(path, import.meta.url).pathname;

/** The events of one of the core's recordings. */
async function recorded(name: string) {
  return fromJsonl(await readFile(at(`../../../test/observe/golden/${name}.jsonl`), "utf8")).events;
}

describe.each(["refund", "approval", "guarded", "broken"])("the run %j", (name) => {
  it.each([
    ["plain", {}],
    ["full", { captureContent: true, openInference: true }],
  ])("[B141] is told as it was recorded: %s", async (kind, options) => {
    const told = mapEvents(await recorded(name), telemetryMapper(options));
    await expect(`${told.map((item) => JSON.stringify(item)).join("\n")}\n`).toMatchFileSnapshot(
      at(`golden/${name}.${kind}.jsonl`),
    );
  });

  it("[B141] ends each span that it begins, once, and links to what began before", async () => {
    const open = new Set<string>();
    const known = new Set<string>();
    for (const item of mapEvents(await recorded(name), telemetryMapper())) {
      if (item.kind === "measure") continue;
      if (item.kind === "start") {
        expect(open).not.toContain(item.span);
        if (item.parent !== undefined) expect(open).toContain(item.parent);
        for (const link of item.links) expect(known).toContain(link.span);
        open.add(item.span);
        known.add(item.span);
      } else {
        expect(open).toContain(item.span);
        if (item.kind === "end") open.delete(item.span);
      }
    }
    expect(known.size).toBeGreaterThan(2);
    expect([...open]).toEqual([]);
  });
});
