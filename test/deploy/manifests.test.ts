import { existsSync, readdirSync } from "node:fs";
import { createApp } from "../../packages/server/src/index.ts";
import { describe, expect, it } from "vitest";
import { HEALTH, programs, readSettings } from "../../deploy/app/src/settings.ts";
import { composeContainers, composeErrors, isOurs, readCompose, readDeploy } from "./compose.ts";
import type { ComposeFile } from "./compose.ts";
import type { Container } from "./container.ts";
import { programOf, secondsOf } from "./container.ts";
import { findingsIn } from "./findings.ts";
import { danglingIn, kubernetesContainers, kubernetesErrors, readKubernetes } from "./kubernetes.ts";
import { unknownFields } from "./unknown-fields.ts";

const filesOf = (folder: string) =>
  readdirSync(new URL(`../../deploy/${folder}`, import.meta.url)).map((name) => `${folder}/${name}`);
const compose = filesOf("compose").map((path) => ({ path, file: readCompose(readDeploy(path)) }));
const kubernetes = filesOf("kubernetes").map((path) => ({ path, resources: readKubernetes(readDeploy(path)) }));
const containers: readonly Container[] = [
  ...compose.flatMap(({ path, file }) => composeContainers(file, path)),
  ...kubernetes.flatMap(({ path, resources }) => kubernetesContainers(resources, path)),
];

describe.each(compose)("$path", ({ file }) => {
  it("is what Compose's schema asks for", () => {
    expect(composeErrors(file)).toEqual([]);
  });

  it("names secrets by reference: files that are not in the repository", () => {
    const { secrets = {} } = file as ComposeFile & { readonly secrets?: Readonly<Record<string, { file: string }>> };
    expect(Object.values(secrets).every((secret) => secret.file.startsWith("../secrets/"))).toBe(true);
    expect(readDeploy(".gitignore")).toContain("secrets/");
  });
});

describe.each(kubernetes)("$path", ({ resources }) => {
  it("is what Kubernetes' schema asks for", () => {
    expect(resources.flatMap(kubernetesErrors)).toEqual([]);
  });

  it("has no field that Kubernetes does not know", async () => {
    expect(await unknownFields(resources)).toEqual([]);
  });

  it("selects pods, ports and Services that are there", () => {
    expect(danglingIn(resources)).toEqual([]);
  });
});

describe("the containers of all recipes", () => {
  it.each(containers.map((container) => [container.place, container] as const))(
    "%s fits its program",
    (_, container) => {
      expect(findingsIn(container)).toEqual([]);
    },
  );

  it("run every program of deploy/app, each of which is a file", () => {
    const run = new Set(containers.flatMap((container) => programOf(container) ?? []));
    expect([...run].sort()).toEqual(Object.keys(programs).sort());
    const isThere = (name: string) => existsSync(new URL(`../../deploy/app/src/${name}.ts`, import.meta.url));
    expect([...run].filter((name) => !isThere(name))).toEqual([]);
  });

  it("start Restate at the version that the tests run against", async () => {
    const { default: manifest } = await import("../restate/package.json", { with: { type: "json" } });
    const images = new Set(containers.map(({ image }) => image).filter((image) => image.startsWith("restatedev/")));
    expect([...images]).toEqual([`restatedev/restate:${manifest.dependencies["@restatedev/restate-server"]}`]);
  });

  it("run Restate's programs alone on the newer Node", () => {
    const wrong = containers
      .filter(({ image }) => isOurs(image))
      .filter((container) => {
        const isRestate = programOf(container)?.startsWith("restate-") === true;
        return container.image.startsWith("swarmgraph-app-restate") !== isRestate;
      });
    expect(wrong).toEqual([]);
  });

  it("start executors of DBOS side by side, each under a name that stays", () => {
    const set = kubernetes
      .flatMap(({ resources }) => resources)
      .find(({ metadata, kind }) => metadata.name === "swarmgraph-dbos" && kind === "StatefulSet");
    expect(set?.spec.podManagementPolicy).toBe("Parallel");
    const names = containers
      .filter(({ place }) => place.startsWith("compose/dbos.yaml worker"))
      .map(({ env }) => env["EXECUTOR_ID"]);
    expect(names).toEqual(["worker-0", "worker-1"]);
  });
});

describe("health", () => {
  it.each(Object.values(HEALTH))("is answered at %s by what the programs serve, to anybody", async (path) => {
    expect((await createApp({ apiKey: "secret" }).request(path)).status).toBe(200);
  });
});

describe("a broken recipe", () => {
  const server = containers.find(({ place }) => place === "compose/postgres.yaml server") as Container;
  const breaks: readonly (readonly [what: string, change: Partial<Container>, finding: string])[] = [
    ["names a program that is not there", { args: ["dist/serve.js"] }, "there is no program"],
    [
      "forgets a variable",
      { env: { ...server.env, DATABASE_URL: undefined, x: "" }, secrets: server.secrets },
      "nobody reads x",
    ],
    ["leaves out what is required", { env: { PORT: "8787" } }, "DATABASE_URL is missing"],
    ["writes a secret down", { secrets: [] }, "no reference to a secret"],
    ["publishes another port", { ports: [8080] }, "where it listens"],
    ["asks for health elsewhere", { probes: [{ kind: "http", path: "/health", port: 8787 }] }, "no health at /health"],
    ["asks for health at another port", { probes: [{ kind: "tcp", port: 80 }] }, "asked for at port 80"],
    ["does not ask", { probes: [] }, "nobody asks"],
    ["kills before the runs are over", { graceSeconds: 30 }, "may need 35 s"],
    ["kills before the runs are over, as it waits first", { graceSeconds: 36, waitSeconds: 5 }, "may need 40 s"],
    ["has no limits", { hasLimits: false }, "no limits"],
    ["may write to its files", { isHardened: false }, "may gain rights"],
    ["runs as root", { user: 0 }, "may run as root"],
    ["does not say as whom it runs", { user: undefined }, "may run as root"],
  ];

  it.each(breaks)("that %s is found", (_, change, finding) => {
    expect(findingsIn({ ...server, ...change }).join("\n")).toContain(finding);
  });

  it("fails Compose's schema", () => {
    const wrong = { services: { ...compose[0]?.file.services, more: { imagine: "postgres" } } } as ComposeFile;
    expect(composeErrors(wrong).join("\n")).toContain("imagine");
  });

  const set = kubernetes.flatMap(({ resources }) => resources).find(({ kind }) => kind === "StatefulSet");
  const broken = (change: object) => ({ ...set, spec: { ...set?.spec, ...change } }) as NonNullable<typeof set>;

  it("fails Kubernetes' schema, by a value and by what is missing", () => {
    expect(kubernetesErrors(broken({ replicas: "two" })).join("\n")).toContain("replicas");
    expect(kubernetesErrors(broken({ template: undefined })).join("\n")).toContain("template");
  });

  it("fails the types of Kubernetes by a field that it does not know", async () => {
    expect((await unknownFields([broken({ replica: 2 })])).join("\n")).toMatch(/'"?replica"?' does not exist/u);
  });

  it("fails by a selector, a port or a Service that leads nowhere", () => {
    const text = readDeploy("kubernetes/dbos.yaml");
    const found = (from: string, to: string) => danglingIn(readKubernetes(text.replace(from, to))).join("\n");
    expect(found("selector: { app.kubernetes.io/name: swarmgraph-dbos }", "selector: { a: b }")).toContain(
      "selects no pod",
    );
    expect(found("targetPort: http }", "targetPort: web }")).toContain('a port "web"');
    expect(found("serviceName: swarmgraph-dbos-pods", "serviceName: pods")).toContain('a Service "pods"');
  });
});

describe("settings", () => {
  it("name every variable that is missing at once", () => {
    expect(() => readSettings("dbos-worker", { EXECUTOR_ID: "worker-0" })).toThrow(
      "dbos-worker needs DATABASE_URL, SWARMGRAPH_API_KEY, APP_VERSION",
    );
  });

  it("refuse a port that is no number", () => {
    expect(() =>
      readSettings("restate-server", { RESTATE_INGRESS_URL: "a", SWARMGRAPH_API_KEY: "b", PORT: "http" }),
    ).toThrow('PORT is "http"');
  });

  it("read durations as Compose writes them", () => {
    expect(["45s", "1m30s", "2h", undefined].map(secondsOf)).toEqual([45, 90, 7_200, 0]);
  });
});
