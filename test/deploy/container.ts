/** What a health check asks: a path over HTTP, that a port takes a connection, or a command's word. */
export type Probe =
  | { readonly kind: "http"; readonly path: string; readonly port: number }
  | { readonly kind: "tcp"; readonly port: number }
  | { readonly kind: "command"; readonly command: readonly string[] };

/** A container of a recipe, however the recipe is written. */
export interface Container {
  /** The recipe's file and the container's name, for people. */
  readonly place: string;
  readonly image: string;
  /** What follows the image's entry point. */
  readonly args: readonly string[];
  /** Values by name; what comes from a secret, a file of one, or the pod's own data has none. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Names of variables whose value comes from a secret. */
  readonly secrets: readonly string[];
  /** Ports that are named as the container's own. */
  readonly ports: readonly number[];
  readonly probes: readonly Probe[];
  /** Seconds from the word to stop to the kill. */
  readonly graceSeconds: number;
  /** Seconds of them that pass before the program hears of it. */
  readonly waitSeconds: number;
  readonly user: number | undefined;
  readonly hasLimits: boolean;
  /** Whether it may gain rights, or write to its own files. */
  readonly isHardened: boolean;
  /** Whether it runs until it is told to stop. */
  readonly isLasting: boolean;
}

/** The program of `deploy/app` that a container runs: `server` for `dist/server.js`. */
export function programOf({ args }: Container): string | undefined {
  return /^dist\/(?<name>[\w-]+)\.js$/u.exec(args[0] ?? "")?.groups?.["name"];
}

/** Seconds of a duration as Compose writes it: `45s`, `1m30s`. */
export function secondsOf(duration: unknown): number {
  const parts = [...String(duration ?? "").matchAll(/(?<count>\d+)(?<unit>h|m|s)/gu)];
  const units: Readonly<Record<string, number>> = { h: 3_600, m: 60, s: 1 };
  return parts.reduce((sum, { groups }) => sum + Number(groups?.["count"]) * (units[groups?.["unit"] ?? ""] ?? 0), 0);
}
