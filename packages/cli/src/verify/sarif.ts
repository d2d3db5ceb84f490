import type { Finding } from "./findings.ts";

/**
 * Findings as a SARIF 2.1.0 log with one run, as code hosts and editors read it: a rule for each code, a result for each
 * finding, with its place in the file and its path in the definition.
 */
export function toSarif(findings: readonly Finding[], { version }: { readonly version: string }): object {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "swarmgraph",
            semanticVersion: version,
            rules: codes.map((id) => ({ id, name: pascalCase(id), shortDescription: { text: sentence(id) } })),
          },
        },
        columnKind: "utf16CodeUnits",
        results: findings.map((finding) => resultOf(finding, codes.indexOf(finding.code))),
      },
    ],
  };
}

function resultOf({ code, severity, message, hint, path, file, line, column }: Finding, ruleIndex: number): object {
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: hint === undefined ? message : `${message} ${hint}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(file) },
          ...(line !== undefined && { region: { startLine: line, startColumn: column } }),
        },
        logicalLocations: [{ fullyQualifiedName: path }],
      },
    ],
  };
}

/** `TARGET_UNKNOWN` as `TargetUnknown`. */
function pascalCase(code: string): string {
  return code
    .split("_")
    .map((word) => `${word.slice(0, 1)}${word.slice(1).toLowerCase()}`)
    .join("");
}

/** `TARGET_UNKNOWN` as `Target unknown.` */
function sentence(code: string): string {
  const words = code.toLowerCase().replaceAll("_", " ");
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}
