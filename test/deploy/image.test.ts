import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readCompose, readDeploy } from "./compose.ts";

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const manifestOf = (folder: string) => JSON.parse(read(`${folder}package.json`)) as Manifest;
const app = manifestOf("deploy/app/");
const dependencies = app.dependencies ?? {};
const ours = Object.entries(dependencies).filter(([, range]) => range.startsWith("file:"));
const folderOf = (name: string) => (name === "swarmgraph" ? "" : `packages/${name.replace("@swarmgraph/", "")}/`);
const dockerfile = readDeploy("Dockerfile");

/** The packages that a program's text imports. */
function importsOf(text: string): readonly string[] {
  return [...text.matchAll(/from "(?<name>(?:@[\w-]+\/)?[a-z][\w-]*)(?:\/[\w-]+)?";/gu)].map(
    ({ groups }) => groups?.["name"] ?? "",
  );
}

describe("the packages of the image", () => {
  it("are all that the programs import", () => {
    const sources = readdirSync(new URL("../../deploy/app/src", import.meta.url));
    const imported = new Set(sources.flatMap((name) => importsOf(read(`deploy/app/src/${name}`))));
    expect(imported).toContain("swarmgraph");
    expect([...imported].filter((name) => !(name in dependencies))).toEqual([]);
  });

  it("are all that the packed packages ask for beside themselves", () => {
    const asked = ours.flatMap(([name]) => {
      const { peerDependencies = {}, peerDependenciesMeta = {} } = manifestOf(folderOf(name));
      return Object.keys(peerDependencies).filter((peer) => peerDependenciesMeta[peer]?.optional !== true);
    });
    expect(asked.filter((name) => !(name in dependencies))).toEqual([]);
  });

  it("have the versions that the repository is tested with", () => {
    const tested = { ...manifestOf("packages/server/").dependencies, ...manifestOf("").devDependencies };
    const named = Object.entries({ ...dependencies, ...app.devDependencies });
    const others = named.filter(([, range]) => !range.startsWith("file:"));
    expect(others.filter(([name, range]) => tested[name] !== range)).toEqual([]);
  });
});

describe("the Dockerfile", () => {
  it("builds for Node 20, unless it is told another one", () => {
    expect(dockerfile).toContain("ARG NODE_VERSION=20\n");
    expect(dockerfile.match(/^FROM node:\$\{NODE_VERSION\}-slim/gmu)).toHaveLength(2);
  });

  it("ends with a user that is not root, by number, and Node as the first process", () => {
    expect(/^USER (?<user>\S+)$/mu.exec(dockerfile)?.groups?.["user"]).toBe("1000:1000");
    expect(dockerfile).toContain('ENTRYPOINT ["node"]');
  });

  it("copies what is there, and takes no secret along", () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(?<from>\S+) /gmu)].map(({ groups }) => groups?.["from"]);
    expect(copied).toEqual(["packages", "app"]);
    expect(readDeploy(".dockerignore").split("\n")).toContain("secrets");
  });

  it("is built for the Node of Restate's SDK where Restate's programs run", () => {
    const { services } = readCompose(readDeploy("compose/restate.yaml"));
    const built = Object.values(services).filter(({ image }) => image === "swarmgraph-app-restate");
    expect(built.map((service) => (service as { build?: unknown }).build)).toEqual(
      built.map(() => ({ context: "..", args: { NODE_VERSION: "24" } })),
    );
    expect(built).toHaveLength(3);
  });
});
