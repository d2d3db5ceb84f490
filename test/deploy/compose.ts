import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { secondsOf } from "./container.ts";
import type { Container, Probe } from "./container.ts";

/** A Compose file, as far as it is looked at. */
export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
}

interface ComposeService {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly stop_grace_period?: string;
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly deploy?: { readonly resources?: { readonly limits?: { readonly cpus?: string; readonly memory?: string } } };
}

const text = readFileSync(new URL("schemas/compose-spec.json", import.meta.url), "utf8");
// It names draft 7 by an address that is not the draft's own.
const schema = { ...(JSON.parse(text) as object), $schema: "http://json-schema.org/draft-07/schema#" };
const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);

/** Reads a Compose file, with what its `<<` put together. */
export function readCompose(text: string): ComposeFile {
  return parse(text, { merge: true }) as ComposeFile;
}

/** What Compose's own schema has against a file. */
export function composeErrors(file: ComposeFile): readonly string[] {
  if (validate(file)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** The containers of a Compose file. */
export function composeContainers(file: ComposeFile, path: string): readonly Container[] {
  return Object.entries(file.services).map(([name, service]) => {
    const given = service.environment ?? {};
    const files = Object.keys(given).filter((variable) => variable.endsWith("_FILE"));
    const secrets = files.map((variable) => variable.replace(/_FILE$/u, ""));
    const limits = service.deploy?.resources?.limits;
    const plain = Object.entries(given).filter(([variable]) => !files.includes(variable));
    return {
      place: `${path} ${name}`,
      image: service.image ?? "",
      args: service.command ?? [],
      env: { ...Object.fromEntries(plain), ...Object.fromEntries(secrets.map((variable) => [variable, undefined])) },
      secrets,
      ports: (service.ports ?? []).map((port) => Number(port.split(":").at(-1))),
      probes: service.healthcheck === undefined ? [] : [probeOf(service.healthcheck.test)],
      graceSeconds: secondsOf(service.stop_grace_period ?? "10s"),
      waitSeconds: 0,
      user: service.user === undefined ? undefined : Number(service.user.split(":")[0]),
      hasLimits: limits?.cpus !== undefined && limits.memory !== undefined,
      isHardened:
        service.cap_drop?.includes("ALL") === true &&
        service.security_opt?.includes("no-new-privileges:true") === true &&
        (service.read_only === true || !isOurs(service.image ?? "")),
      isLasting: service.restart === "unless-stopped",
    };
  });
}

/** Whether an image is one that `deploy/Dockerfile` makes. */
export function isOurs(image: string): boolean {
  return image.startsWith("swarmgraph-app");
}

function probeOf(test: readonly string[]): Probe {
  const command = test.join(" ");
  const http = /fetch\('http:\/\/127\.0\.0\.1:(?<port>\d+)(?<path>\/[^']*)'\)/u.exec(command)?.groups;
  if (http !== undefined) return { kind: "http", path: http["path"] ?? "", port: Number(http["port"]) };
  const port = /connect\((?<port>\d+), '127\.0\.0\.1'\)/u.exec(command)?.groups?.["port"];
  return port === undefined ? { kind: "command", command: test.slice(1) } : { kind: "tcp", port: Number(port) };
}

/** Reads a file beside this folder. */
export function readDeploy(path: string): string {
  return readFileSync(new URL(`../../deploy/${path}`, import.meta.url), "utf8");
}
