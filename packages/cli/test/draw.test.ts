import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runHere } from "./in-process.ts";
import { DESK, workspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

let here: Workspace;
beforeAll(async () => {
  here = await workspace({ "desk.ts": DESK });
});
afterAll(() => here.remove());

const draw = (...args: readonly string[]) => runHere(["draw", "desk.ts", ...args], { cwd: here.directory });

describe("draw", () => {
  it("draws as text for a terminal, and as data with --json", async () => {
    const { code, out } = await draw();
    expect(out).toContain("[triage]\n  --> billing");
    expect(code).toBe(0);
    expect(JSON.parse((await draw("--json")).out)).toHaveProperty("nodes");
    expect((await draw("--format", "mermaid")).out).toMatch(/^flowchart|^graph/mu);
  });

  it("takes the format from the file's ending, and lights what it is told to", async () => {
    const out = here.path("desk.svg");
    const given = ["--out", out, "--highlight", "billing, triage->billing", "--theme", "light", "--direction", "LR"];
    expect(await draw(...given)).toMatchObject({ code: 0, out: "", err: `${out} (svg)\n` });
    const svg = await readFile(out, "utf8");
    expect(svg).toMatch(/<g[^>]*is-highlighted[^>]*data-agent="billing"|data-agent="billing"[^>]*is-highlighted/u);
    expect(svg.match(/is-highlighted"/gu)?.length).toBeGreaterThanOrEqual(2);
  });

  it("shows only what is asked for beside agents and edges", async () => {
    expect((await draw()).out).toContain("pay");
    expect((await draw("--show", "none")).out).not.toContain("pay");
    expect((await draw("--show", "tools")).out).not.toContain("(approval)");
    expect((await draw("--show", "descriptions")).out).toContain("Finds out.");
  });

  it("says what it does not know", async () => {
    expect(await draw("--show", "colours")).toMatchObject({ code: 2, err: expect.stringContaining('"colours"') });
    expect(await draw("--format", "gif")).toMatchObject({ code: 2, err: expect.stringContaining("Allowed choices") });
    expect(await draw("--format", "png")).toMatchObject({ code: 2, err: expect.stringContaining("--out") });
    expect(await draw("--out", here.path("none/x.svg"))).toMatchObject({ code: 2 });
  });
});
