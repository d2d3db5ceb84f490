import { parseArgs } from "node:util";
import { leaksOf, soak } from "./measure.ts";

/** Bytes for each run: under this, a hundred thousand runs grow the heap by less than it varies by itself. */
const MAX_SLOPE = 64;

/** `pnpm soak [--runs 100000] [--max-slope 64] [--json]`. Exit code 1 on a leak, 2 where nothing could be measured. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "100000" },
      "max-slope": { type: "string", default: `${MAX_SLOPE}` },
      json: { type: "boolean", default: false },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 100 || globalThis.gc === undefined) {
    process.stderr.write("soak needs --runs of at least 100, and node's --expose-gc.\n");
    return 2;
  }
  const result = await soak(runs);
  const leaks = leaksOf(result, Number(values["max-slope"]));
  if (values.json) process.stdout.write(`${JSON.stringify({ ...result, leaks })}\n`);
  else {
    const { ms, heapSlope, heap, after } = result;
    process.stdout.write(`${runs} runs in ${Math.round(ms / 1000)} s\n`);
    process.stdout.write(`heap: ${heap.join(" to ")} MB, ${heapSlope} bytes with each run\n`);
    process.stdout.write(
      `held: ${Object.entries(after)
        .map(([kind, count]) => `${count} ${kind}`)
        .join(", ")}\n`,
    );
    process.stdout.write(leaks.length === 0 ? "no leaks\n" : `leaks:\n${leaks.map((leak) => `  ${leak}\n`).join("")}`);
  }
  return leaks.length === 0 ? 0 : 1;
}

process.exitCode = await main();
