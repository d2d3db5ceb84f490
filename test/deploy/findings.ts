import { GRACE_SECONDS, HEALTH, programs } from "../../deploy/app/src/settings.ts";
import type { Program } from "../../deploy/app/src/settings.ts";
import { isOurs } from "./compose.ts";
import { programOf } from "./container.ts";
import type { Container } from "./container.ts";

/** Seconds that a program needs beside its time of grace: last words, connections. */
const LAST_WORDS_SECONDS = 5;

/** Variables whose value is nobody's to read. */
const SECRET = /(?:PASSWORD|_KEY|DATABASE_URL)$/u;

/** Containers without a health check, each with the reason. */
export const UNASKED: Readonly<Record<string, string>> = {
  "compose/restate.yaml restate": "the image promises no tool to ask with",
};

/** Containers that run as their image's own user. */
export const OWN_USER: Readonly<Record<string, string>> = {
  "compose/restate.yaml restate": "a new volume belongs to root, and Compose cannot change that",
};

/** What is wrong with a container: against the programs that there are, and against what every recipe promises. */
export function findingsIn(container: Container): readonly string[] {
  const found = isOurs(container.image) ? ofProgram(container) : [];
  const { place, env, secrets } = container;
  for (const name of Object.keys(env)) {
    if (SECRET.test(name) && !secrets.includes(name)) found.push(`${name} is no reference to a secret`);
  }
  if (container.isLasting && container.probes.length === 0 && UNASKED[place] === undefined) {
    found.push("nobody asks whether it is well");
  }
  if (!container.hasLimits) found.push("it has no limits of CPU and memory");
  if (!container.isHardened) found.push("it may gain rights, or write to its own files");
  if (!((container.user ?? 0) > 0) && OWN_USER[place] === undefined) found.push("it may run as root");
  return found.map((text) => `${place}: ${text}`);
}

function ofProgram(container: Container): string[] {
  const name = programOf(container);
  const program: Program | undefined = Object.entries(programs).find(([known]) => known === name)?.[1];
  if (program === undefined) return [`there is no program for ${container.args.join(" ")}`];
  const { env, ports, probes, graceSeconds, waitSeconds } = container;
  const found: string[] = [];
  const taken = new Set([...program.required, ...program.optional]);
  for (const variable of program.required) if (!(variable in env)) found.push(`${variable} is missing`);
  for (const variable of Object.keys(env)) if (!taken.has(variable)) found.push(`nobody reads ${variable}`);
  const listens = Number(env["PORT"] ?? program.port);
  for (const port of ports) if (port !== listens) found.push(`port ${port} is not ${listens}, where it listens`);
  for (const probe of probes) {
    if (probe.kind !== "command" && probe.port !== listens) found.push(`its health is asked for at port ${probe.port}`);
    if (probe.kind !== "http") continue;
    if (!Object.values<string>(HEALTH).includes(probe.path)) found.push(`there is no health at ${probe.path}`);
  }
  if (program.optional.includes("GRACE_SECONDS")) {
    const needed = waitSeconds + Number(env["GRACE_SECONDS"] ?? GRACE_SECONDS) + LAST_WORDS_SECONDS;
    if (graceSeconds < needed) found.push(`it is killed after ${graceSeconds} s, and may need ${needed} s to stop`);
  }
  return found;
}
