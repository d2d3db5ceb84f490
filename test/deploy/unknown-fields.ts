import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { KINDS } from "./kubernetes.ts";
import type { Resource } from "./kubernetes.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

/**
 * Fields that Kubernetes does not know, which its schema lets pass: the objects as programs of TypeScript, whose types are
 * made of the same schema, and know no further fields.
 */
export async function unknownFields(resources: readonly Resource[]): Promise<readonly string[]> {
  const parent = join(here, "node_modules", ".checks");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "fields-"));
  try {
    const imports = Object.values(KINDS).map(({ module }, index) => `import type * as m${index} from "${module}";`);
    const objects = resources.map((resource, index) => {
      const kind = Object.keys(KINDS).indexOf(`${resource.apiVersion} ${resource.kind}`);
      return `export const o${index}: m${kind}.I${resource.kind} = ${JSON.stringify(resource, null, 2)};`;
    });
    writeFileSync(join(folder, "objects.mts"), [...imports, ...objects].join("\n"));
    return await compile(join(folder, "objects.mts"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compile(file: string): Promise<readonly string[]> {
  const compiler = join(here, "../../node_modules/typescript/bin/tsc");
  const options = "--ignoreConfig --noEmit --strict --skipLibCheck --target es2023 --module nodenext --types".split(
    " ",
  );
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, ...options, "", file], (_error, stdout) =>
      resolve(stdout.split("\n").filter((line) => line.includes("error TS"))),
    );
  });
}
