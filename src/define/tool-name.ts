/** The prefix of handoff tools where none is given. */
export const HANDOFF_PREFIX = "transfer_to_";

/** The longest tool name that every provider accepts. */
export const MAX_TOOL_NAME = 64;

/** What every provider accepts as a tool name (OpenAI, Anthropic, Mistral, Gemini and Bedrock together). */
const LEGAL_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** Options of {@link toolNameFor}. */
export interface ToolNameOptions {
  /** Default `transfer_to_`. Must itself start with a letter or `_`, and hold letters, digits, `_` and `-` only. */
  readonly prefix?: string | undefined;
}

/**
 * The handoff tool's name for one agent: case kept, `^[A-Za-z_][A-Za-z0-9_-]{0,63}$`, a short stable hash only where the
 * agent's name had to be cut or was not ASCII. Two agents of one swarm whose names come out equal are told apart by
 * `createRegistry`.
 *
 * @throws TypeError if `agent` is not a string; RangeError if it is blank or the prefix is illegal.
 * @example
 * ```ts
 * import { toolNameFor } from "swarmgraph";
 *
 * toolNameFor("Weather Agent"); // "transfer_to_Weather_Agent"
 * ```
 */
export function toolNameFor(agent: string, options: ToolNameOptions = {}): string {
  assertAgentName(agent);
  const prefix = options.prefix ?? HANDOFF_PREFIX;
  assertPrefix(prefix);
  const plain = sanitise(agent);
  const room = MAX_TOOL_NAME - prefix.length;
  return isAscii(agent) && plain.length <= room ? prefix + plain : prefix + withHash(plain, agent, room);
}

/**
 * The handoff tools' names for all agents of a swarm: a function of the set of names, so their order does not matter and
 * every process comes to the same names. Where two come out equal, the one that needed no change keeps the plain name
 * and the others get a hash of their own.
 */
export function toolNamesFor(agents: readonly string[], options: ToolNameOptions = {}): ReadonlyMap<string, string> {
  const prefix = options.prefix ?? HANDOFF_PREFIX;
  const users = new Map<string, string[]>();
  for (const agent of new Set(agents)) {
    const name = toolNameFor(agent, options);
    users.set(name, [...(users.get(name) ?? []), agent]);
  }
  const names = new Map<string, string>();
  for (const [name, sharing] of users) {
    for (const agent of sharing) {
      const keepsPlain = sharing.length === 1 || prefix + agent === name;
      names.set(agent, keepsPlain ? name : prefix + withHash(sanitise(agent), agent, MAX_TOOL_NAME - prefix.length));
    }
  }
  return names;
}

/** A name that every provider accepts for a message's author, from an agent's name. */
export function messageNameFor(agent: string): string {
  if (agent.length <= MAX_TOOL_NAME && LEGAL_NAME.test(agent)) return agent;
  const plain = sanitise(agent);
  return isAscii(agent) && plain.length <= MAX_TOOL_NAME ? plain : withHash(plain, agent, MAX_TOOL_NAME);
}

/** A tool's name as every provider accepts it: the same where it is legal, else with a hash of the whole name. */
export function legalToolName(name: string): string {
  if (LEGAL_NAME.test(name) && name.length <= MAX_TOOL_NAME) return name;
  const plain = sanitise(name);
  const start = /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
  return withHash(start, name, MAX_TOOL_NAME);
}

/** A short text of lower-case letters and digits that stands for a longer one: 7 characters for each 32 bits. */
export function shortHash(text: string, length: number): string {
  let value = "";
  for (let round = 0; value.length < length; round += 1) value += hash(round === 0 ? text : `${round}:${text}`);
  return value.slice(0, length);
}

/** @throws TypeError if it is not a string; RangeError if it is empty or blank. */
export function assertAgentName(agent: unknown): asserts agent is string {
  if (typeof agent !== "string") {
    throw new TypeError(
      `the name of a handoff's target must be a string, got ${agent === null ? "null" : typeof agent}`,
    );
  }
  if (agent.trim() === "") {
    throw new RangeError(`the name of a handoff's target must not be empty${agent === "" ? "" : " or blank"}`);
  }
}

function assertPrefix(prefix: string): void {
  if (!LEGAL_NAME.test(prefix) || prefix.length > MAX_TOOL_NAME / 2) {
    throw new RangeError(
      `the handoff prefix "${prefix}" is not a legal start of a tool name: use up to ${MAX_TOOL_NAME / 2} letters, digits, "_" or "-", starting with a letter or "_"`,
    );
  }
}

/** Letters without their accents, and `_` for what no provider accepts. Only the first part of a huge name is read. */
function sanitise(agent: string): string {
  const head = agent.slice(0, 4 * MAX_TOOL_NAME);
  return head
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9_-]/g, "_");
}

function isAscii(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- the whole ASCII range is meant
  return text.length <= 4 * MAX_TOOL_NAME && /^[\u0000-\u007f]*$/.test(text);
}

function withHash(plain: string, agent: string, room: number): string {
  const suffix = `_${hash(agent)}`;
  return plain.slice(0, room - suffix.length) + suffix;
}

/** FNV-1a over UTF-16 units, 32 bits, as seven characters of base 36: short, stable and without a dependency. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value ^= text.charCodeAt(index);
    value = Math.imul(value, 0x01000193);
  }
  return (value >>> 0).toString(36).padStart(7, "0");
}
