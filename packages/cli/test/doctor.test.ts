import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { checkNode, checkPackages } from "../src/doctor/check-packages.ts";
import { checkKeys, checkServers } from "../src/doctor/check-surroundings.ts";
import { isCompatible, satisfies } from "../src/packages/range.ts";
import { runHere } from "./in-process.ts";
import { workspace } from "./workspace.ts";

const made: string[] = [];
afterAll(() => Promise.all(made.map((directory) => rm(directory, { recursive: true, force: true }))));

/** A project with packages, by where they are installed. */
async function project(packages: Readonly<Record<string, object>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "swarmgraph-doctor-"));
  made.push(directory);
  for (const [path, data] of Object.entries({ ".": { name: "project" }, ...packages })) {
    await mkdir(join(directory, path), { recursive: true });
    await writeFile(join(directory, path, "package.json"), JSON.stringify(data));
  }
  return directory;
}

const swarmgraph = {
  name: "swarmgraph",
  version: "0.1.0",
  peerDependencies: { "@langchain/core": ">=1.2.0 <2", openai: ">=6.0.0 <8" },
  peerDependenciesMeta: { openai: { optional: true } },
  engines: { node: ">=20.19" },
};
const core = (version: string) => ({ name: "@langchain/core", version });

describe("doctor", () => {
  it("finds nothing wrong with packages that fit together", async () => {
    const directory = await project({
      "node_modules/swarmgraph": swarmgraph,
      "node_modules/@langchain/core": core("1.2.13"),
      src: { type: "module" },
    });
    expect(checkPackages(join(directory, "src"))).toEqual([{ status: "ok", name: "swarmgraph", detail: "0.1.0" }]);
  });

  it("finds peers that are too old, missing, and there twice", async () => {
    const old = await project({ "node_modules/swarmgraph": swarmgraph, "node_modules/@langchain/core": core("1.1.9") });
    expect(checkPackages(old)).toMatchObject([
      { status: "problem", detail: "needs @langchain/core >=1.2.0 <2, and 1.1.9 is installed" },
    ]);
    const missing = await project({ "node_modules/swarmgraph": swarmgraph });
    expect(checkPackages(missing)).toMatchObject([{ status: "problem", hint: 'Run "npm install @langchain/core".' }]);
    const twice = await project({
      "node_modules/swarmgraph": swarmgraph,
      "node_modules/swarmgraph/node_modules/@langchain/core": core("1.3.0"),
      "node_modules/@langchain/core": core("1.2.13"),
    });
    expect(checkPackages(twice)).toMatchObject([
      { status: "ok" },
      { status: "problem", name: "@langchain/core", detail: expect.stringContaining("2 copies (1.2.13 and 1.3.0)") },
    ]);
  });

  it("notes where swarmgraph is not installed, also beside a package.json that is broken", async () => {
    const directory = await project({});
    await writeFile(join(directory, "package.json"), "{");
    expect(checkPackages(directory)).toMatchObject([{ status: "note", detail: "not installed here" }]);
  });

  it("judges Node by what swarmgraph says", async () => {
    const directory = await project({ "node_modules/swarmgraph": swarmgraph });
    expect(checkNode("20.19.0", directory).status).toBe("ok");
    expect(checkNode("18.20.0", directory)).toMatchObject({
      status: "problem",
      detail: expect.stringContaining(">=20.19"),
    });
    expect(checkNode("18.20.0", tmpdir()).status).toBe("problem");
  });

  it("says which keys are set, and never what they are", async () => {
    const checks = checkKeys({ OPENAI_API_KEY: "sk-very-secret", TAVILY_API_KEY: " " });
    expect(checks).toMatchObject([
      { status: "ok", name: "OPENAI_API_KEY", detail: "set" },
      { status: "note", name: "TAVILY_API_KEY" },
    ]);
    expect(JSON.stringify(checks)).not.toContain("secret");
    expect(checkKeys({})).toMatchObject([{ status: "note", name: "keys" }]);
  });

  it("exits with 0 where all fits, and with 4 where not", async () => {
    const here = await workspace();
    const env = { OPENAI_API_KEY: "sk-very-secret" };
    const sound = await runHere(["doctor"], { cwd: here.directory, env });
    expect(sound).toMatchObject({ code: 0, out: expect.stringContaining("Everything fits together.") });
    expect(sound.out).toContain("OPENAI_API_KEY  set");
    expect(sound.out).not.toContain("secret");
    await here.remove();
    const old = await project({ "node_modules/swarmgraph": swarmgraph, "node_modules/@langchain/core": core("1.1.9") });
    expect(await runHere(["doctor"], { cwd: old })).toMatchObject({ code: 4, out: expect.stringContaining("✗") });
    const { out, code } = await runHere(["doctor", "--json"], { cwd: old });
    expect({ code, ok: (JSON.parse(out) as { ok: boolean }).ok }).toEqual({ code: 4, ok: false });
  });
});

describe("servers of models on this machine", () => {
  const servers: ReturnType<typeof createServer>[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  const answering = async (status: number, body: string): Promise<number> => {
    const server = createServer((_request, response) => response.writeHead(status).end(body));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  };

  it("are found with their models", async () => {
    const ids = ["a", "b", "c", "d", "e", "f"].map((id) => ({ id }));
    const [one, many] = [
      await answering(200, '{"data":[{"id":"qwen3"},{}]}'),
      await answering(200, JSON.stringify({ data: ids })),
    ];
    expect(
      await checkServers([
        { name: "Ollama", port: one },
        { name: "vLLM", port: many },
      ]),
    ).toEqual([
      {
        status: "ok",
        name: "Ollama",
        detail: `1 model at http://127.0.0.1:${one}/v1: qwen3`,
        hint: `Use it with OPENAI_BASE_URL=http://127.0.0.1:${one}/v1.`,
      },
      expect.objectContaining({ detail: `6 models at http://127.0.0.1:${many}/v1: a, b, c, d, e, ...` }),
    ]);
  });

  it("are not taken for what else may listen there", async () => {
    const ports = [await answering(200, "<html>"), await answering(404, "{}"), await answering(200, '{"data":3}')];
    const found = await checkServers(ports.map((port) => ({ name: "Ollama", port })));
    expect(found.map(({ status }) => status)).toEqual(["note", "note", "note"]);
  });
});

describe("a range of versions", () => {
  it.each([
    ["1.2.13", ">=1.2.0 <2", true],
    ["2.0.0", ">=1.2.0 <2", false],
    ["1.1.9", ">=1.2.0 <2", false],
    ["3.25.76", "^3.25.76 || ^4.2.0", true],
    ["4.1.0", "^3.25.76 || ^4.2.0", false],
    ["0.1.9", "^0.1.0", true],
    ["0.2.0", "^0.1.0", false],
    ["0.0.4", "^0.0.3", false],
    ["1.9.0", "^1", true],
    ["1.2.9", "~1.2.3", true],
    ["1.3.0", "~1.2.3", false],
    ["1.2.3", "1.2.3", true],
    ["1.2.4", "=1.2.3", false],
    ["1.9.9", "1.x", true],
    ["1.3.0", "1.2", false],
    ["2.0.1", ">2.0.0 <=2.0.1", true],
    ["9.9.9", "*", true],
    ["1.0.0-beta.1", "^1.0.0", true],
    ["v20.19.0", ">=20.19", true],
    ["unknown", "^1.0.0", true],
  ])("has %s in %s: %s", (version, range, fits) => {
    expect(satisfies(version, range)).toBe(fits);
  });

  it("says which versions promise to work together", () => {
    expect(isCompatible("0.1.4", "0.1.0")).toBe(true);
    expect(isCompatible("0.1.0", "0.1.4")).toBe(true);
    expect(isCompatible("0.1.0", "0.2.0")).toBe(false);
    expect(isCompatible("1.9.0", "1.2.0")).toBe(true);
  });
});
