/** How many cases a property runs at most for each mutant that it reaches. */
export const FEW_RUNS = 50;

/** A part of the core that is mutated in one run. */
export interface Area {
  /** Its folder under `src/`. */
  readonly folder: string;
  /** What is mutated: the files of the folder itself, or those below it too. */
  readonly files: string;
  /** The folders and files under `test/` whose tests have to fail. Every test of them that reaches a mutant is run for it. */
  readonly tests: readonly string[];
}

/** What `pnpm mutation` mutates, in this order. */
export const AREAS: readonly Area[] = [
  { folder: "route", files: "src/route/*.ts", tests: ["route", "behaviours"] },
  {
    folder: "compile",
    files: "src/compile/*.ts",
    tests: [
      "compile",
      "behaviours",
      "run/busy.test.ts",
      "run/lease.test.ts",
      "run/resume.test.ts",
      "run/approvals.test.ts",
      "persistence/deploys.test.ts",
      "persistence/golden.test.ts",
      "observe/swarm-transformer.test.ts",
    ],
  },
  {
    folder: "project",
    files: "src/project/*.ts",
    tests: ["project", "behaviours", "property/growing.test.ts", "property/project.test.ts"],
  },
  { folder: "project/profiles", files: "src/project/profiles/*.ts", tests: ["project"] },
  { folder: "project/wire", files: "src/project/wire/**/*.ts", tests: ["project"] },
  { folder: "project/encode", files: "src/project/encode/**/*.ts", tests: ["project/encode", "wire/encode-*.test.ts"] },
];
