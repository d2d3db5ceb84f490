import { RestateSwarmError } from "./errors.ts";
import { baseOf, call, fieldOf } from "./http.ts";

/** Versions of the server that this package was written against: from the first one on, and below the second. */
const VERSIONS = { from: [1, 6], below: 2 } as const;

/** Milliseconds between two looks at what still runs on an old version. */
const POLL_MS = 200;

/** How a worker is registered. */
export interface RegisterOptions {
  /** The server's admin address, e.g. `http://127.0.0.1:9070`. */
  readonly admin: string;
  /** The worker's address as the server reaches it. */
  readonly url: string;
  /** Take what is at the address for a new version although one is registered for it. Default: false. */
  readonly force?: boolean | undefined;
}

/** A version of the workers, as the engine knows it. */
export interface Deployment {
  readonly id: string;
}

/** Which version, on which server. */
export interface DeploymentPlace {
  readonly admin: string;
  readonly id: string;
}

/**
 * Registers a worker. A new address is a new version: runs that have begun stay with theirs, all others go to the new one.
 *
 * @throws RestateSwarmError `ENGINE_UNREACHABLE`, `ENGINE_UNKNOWN`, `ENGINE_VERSION`, `DEPLOYMENT_REFUSED`.
 */
export async function registerWorker({ admin, url, force = false }: RegisterOptions): Promise<Deployment> {
  await assertEngine(admin);
  const { status, body } = await call({
    url: `${baseOf(admin)}/deployments`,
    method: "POST",
    body: { uri: url, force },
  });
  const id = fieldOf(body, "id");
  if (status >= 300 || typeof id !== "string") {
    throw new RestateSwarmError(
      "DEPLOYMENT_REFUSED",
      `the Restate server at ${baseOf(admin)} did not take the worker at ${url} (HTTP ${status}: ${String(fieldOf(body, "message") ?? body)}). See that it runs and can be reached from the server; a changed worker needs a new address, or force.`,
    );
  }
  return { id };
}

/** How many runs have begun on a version and are not over. */
export async function runsOn({ admin, id }: DeploymentPlace): Promise<number> {
  const query = `SELECT COUNT(*) AS runs FROM sys_invocation WHERE pinned_deployment_id = '${id.replaceAll("'", "")}' AND status <> 'completed'`;
  const { status, body } = await call({ url: `${baseOf(admin)}/query`, method: "POST", body: { query } });
  const [row] = (fieldOf(body, "rows") ?? []) as readonly { readonly runs?: unknown }[];
  if (status >= 300 || typeof row?.runs !== "number") throw unknownEngine(admin, `its /query answered ${status}`);
  return row.runs;
}

/**
 * Waits until all runs that began on a version are over, then takes it out of the engine: its worker can be shut down.
 *
 * @throws RestateSwarmError as {@link registerWorker}; the signal's reason.
 */
export async function drainWorker(
  place: DeploymentPlace,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  await assertEngine(place.admin);
  while ((await runsOn(place)) > 0) {
    signal?.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  await call({ url: `${baseOf(place.admin)}/deployments/${place.id}?force=true`, method: "DELETE" });
}

/**
 * Asks the server who it is.
 *
 * @returns its version.
 * @throws RestateSwarmError `ENGINE_UNREACHABLE`, `ENGINE_UNKNOWN`, `ENGINE_VERSION`.
 */
export async function assertEngine(admin: string): Promise<string> {
  const { status, body } = await call({ url: `${baseOf(admin)}/version` });
  const version = fieldOf(body, "version");
  const isRestate = typeof version === "string" && fieldOf(body, "max_admin_api_version") !== undefined;
  if (status !== 200 || !isRestate) throw unknownEngine(admin, `GET /version answered ${status}`);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [fromMajor, fromMinor] = VERSIONS.from;
  if (major < fromMajor || (major === fromMajor && minor < fromMinor) || major >= VERSIONS.below) {
    throw new RestateSwarmError(
      "ENGINE_VERSION",
      `the Restate server at ${baseOf(admin)} is version ${version}, and this package is for ${VERSIONS.from.join(".")} and newer, below ${VERSIONS.below}.0. Run such a server, or the release of this package that is for yours.`,
    );
  }
  return version;
}

function unknownEngine(admin: string, why: string): RestateSwarmError {
  return new RestateSwarmError(
    "ENGINE_UNKNOWN",
    `what listens at ${baseOf(admin)} is not the admin interface of a Restate server (${why}). Give the admin address, which is port 9070 unless it is set otherwise; 8080 is for callers.`,
  );
}
