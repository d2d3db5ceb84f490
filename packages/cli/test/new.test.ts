import { readdir, readFile, stat } from "node:fs/promises";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { satisfies } from "../src/packages/range.ts";
import { TEMPLATES } from "../src/scaffold.ts";
import { swarm as blank } from "../templates/blank/swarm.ts";
import { swarm as local } from "../templates/local/swarm.ts";
import { swarm as supportDesk } from "../templates/support-desk/swarm.ts";
import { runHere } from "./in-process.ts";
import { workspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

let here: Workspace;
beforeAll(async () => {
  here = await workspace();
});
afterAll(() => here.remove());

const cli = (...args: readonly string[]) => runHere(args, { cwd: here.directory });
const json = async (url: URL | string) => JSON.parse(await readFile(url, "utf8")) as Record<string, unknown>;

describe("new", () => {
  it("makes a directory that is called as it is asked to, and says what to do next", async () => {
    const { code, out } = await cli("new", "My Desk!", "--template", "support-desk");
    expect(out).toContain("cd My Desk!");
    expect(code).toBe(0);
    expect(await json(here.path("My Desk!/package.json"))).toMatchObject({ name: "my-desk", private: true });
    expect(await readdir(here.path("My Desk!"))).toEqual(expect.arrayContaining([".gitignore", "swarm.ts"]));
    expect(await readdir(here.path("My Desk!"))).not.toContain("_gitignore");
  });

  it("takes what is usual with --yes, and prints data with --json", async () => {
    const { out } = await cli("new", "--yes", "--json");
    expect(JSON.parse(out)).toMatchObject({ directory: "my-swarm", template: "support-desk" });
    expect((await stat(here.path("my-swarm/swarm.ts"))).isFile()).toBe(true);
    await cli("new", "...", "--template", "blank");
    expect(await json(here.path(".../package.json"))).toMatchObject({ name: "my-swarm" });
  });

  it("asks whoever sits at the terminal for what is not said", async () => {
    const keys = new PassThrough();
    const left = ["asked\r", "\u001b[A\r"];
    const asked = new Set<string>();
    const onOutput = (text: string): void => {
      for (const question of ["Where?", "Which template?"]) {
        if (!text.includes(question) || asked.has(question)) continue;
        asked.add(question);
        setImmediate(() => keys.write(left.shift() ?? ""));
      }
    };
    const { code, out } = await runHere(["new"], { cwd: here.directory, keys, onOutput });
    expect(out).toContain('Made asked from "blank"');
    expect(code).toBe(0);
  });

  it("ends with 130 where nobody wants to answer", async () => {
    const keys = new PassThrough();
    const onOutput = (text: string): void => {
      if (text.includes("Where?")) setImmediate(() => keys.write("\u0003"));
    };
    expect(await runHere(["new"], { cwd: here.directory, keys, onOutput })).toMatchObject({ code: 130 });
  });

  it.each(Object.keys(TEMPLATES))("makes a %s swarm whose scenarios pass without a key", async (template) => {
    await cli("new", template, "--template", template);
    const { code, out } = await cli("test", `${template}/scenarios.json`);
    expect(out).toContain(" 0 failed.");
    expect(code).toBe(0);
  });

  it.each(Object.entries({ blank, local, "support-desk": supportDesk }))(
    "has nothing to warn of in %s",
    (_name, swarm) => {
      expect(swarm.verify()).toEqual([]);
    },
  );

  it.each(Object.keys(TEMPLATES))("asks in %s for versions that are the ones built with", async (template) => {
    const { dependencies } = await json(new URL(`../templates/${template}/package.json`, import.meta.url));
    const { version, devDependencies } = await json(new URL("../../../package.json", import.meta.url));
    const built = Object.entries({ ...(devDependencies as Record<string, string>), swarmgraph: String(version) });
    const ranges = dependencies as Record<string, string>;
    const asked = built.filter(([name]) => ranges[name] !== undefined);
    expect(asked.map(([name]) => name)).toContain("swarmgraph");
    expect(asked.filter(([name, known]) => !satisfies(known, ranges[name] ?? ""))).toEqual([]);
  });
});
