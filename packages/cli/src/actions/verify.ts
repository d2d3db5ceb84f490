import { EXIT } from "../exit.ts";
import { issuesOf } from "../explain.ts";
import { outputOf, plainText } from "../io.ts";
import type { Io, Output } from "../io.ts";
import { loadSwarm, parseReference } from "../load/load-swarm.ts";
import { ownVersion } from "../own-version.ts";
import { findingsOf } from "../verify/findings.ts";
import type { Finding } from "../verify/findings.ts";
import { toSarif } from "../verify/sarif.ts";
import type { VerifyOptions } from "../commands/verify.ts";

/** Checks a swarm's definition. Gives the exit code. */
export async function verify(io: Io, reference: string, options: VerifyOptions): Promise<number> {
  const output = outputOf(io, options);
  const findings = await check(io, reference);
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const isSound = errors === 0 && (options.strict !== true || findings.length === 0);
  if (options.sarif === true) output.line(JSON.stringify(toSarif(findings, { version: ownVersion() }), undefined, 2));
  else if (output.json) output.line(JSON.stringify({ ok: isSound, findings }));
  else print(findings, { output, errors });
  return isSound ? EXIT.ok : EXIT.failed;
}

/** A file may compile its swarm itself, so that loading it already says what is wrong. */
async function check(io: Io, reference: string): Promise<readonly Finding[]> {
  try {
    const swarm = await loadSwarm(reference, io);
    const agents = swarm.definition.agents.keys();
    return await findingsOf(swarm.verify(), { files: swarm.files, agents, cwd: io.cwd });
  } catch (error) {
    const issues = issuesOf(error);
    if (issues === undefined) throw error;
    const { file } = parseReference(reference, io.cwd);
    return findingsOf(issues, { files: [file], agents: [], cwd: io.cwd });
  }
}

function print(
  findings: readonly Finding[],
  { output, errors }: { readonly output: Output; readonly errors: number },
): void {
  const { paint } = output;
  for (const { code, severity, path, message, hint, file, line, column } of findings) {
    const place = line === undefined ? file : `${file}:${line}:${column}`;
    const level = severity === "error" ? paint.red(severity) : paint.yellow(severity);
    output.line(
      `${paint.bold(place)} ${level} ${plainText(message)}${hint === undefined ? "" : ` ${plainText(hint)}`}`,
    );
    output.line(paint.dim(`  ${plainText(path)} [${code}]`));
  }
  const warnings = findings.length - errors;
  if (findings.length === 0) output.line("No problems.");
  else output.line(`${count(errors, "error")}, ${count(warnings, "warning")}.`);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
