import type { WireProblem } from "../problem.ts";
import { objectOf, textOf } from "../problem.ts";
import { identifier } from "./blocks.ts";
import type { Block } from "./turn.ts";
import { blocksOf, constraint, dotted, fromModel, refusal } from "./turn.ts";

/** B4, B14 and B19: what is wrong with the tools of a request, and with the choice among them. */
export function toolConfig(value: unknown): WireProblem[] {
  if (value === undefined || value === null) return [];
  const { tools, toolChoice } = objectOf(value);
  const path = "toolConfig.tools";
  const list = blocksOf(tools, path);
  const names = list.map((each) => objectOf(each.value["toolSpec"])["name"]).filter((name) => typeof name === "string");
  return [
    ...size(tools, path),
    ...list.flatMap(tool),
    ...(new Set(names).size < names.length ? [fromModel("B14", path, "tools: Tool names must be unique.")] : []),
    ...choice(toolChoice, names),
  ];
}

/** B14 (API reference, ToolConfiguration): there is a tool at least. */
function size(tools: unknown, path: string): WireProblem[] {
  if (!Array.isArray(tools)) return [constraint("B14", path, { value: undefined, must: "not be null" })];
  if (tools.length > 0) return [];
  return [constraint("B14", path, { value: tools, must: "have length greater than or equal to 1" })];
}

/** B4 and B14 (API reference, ToolSpecification): a tool has a legal name, a description if any, and an object's schema. */
function tool({ path, value }: Block): WireProblem[] {
  if ("cachePoint" in value || "systemTool" in value) return [];
  const spec = objectOf(value["toolSpec"]);
  const place = `${path}.toolSpec`;
  const { json } = objectOf(spec["inputSchema"]);
  const schema = `${place}.inputSchema.json`;
  return [
    ...identifier(`${place}.name`, spec["name"]),
    ...(spec["description"] === ""
      ? [constraint("B4", `${place}.description`, { value: "", must: "have length greater than or equal to 1" })]
      : []),
    ...(objectOf(json)["type"] === "object"
      ? []
      : [
          refusal("B14", `${schema}.type`, `The value at ${dotted(schema)}.type must be one of the following: object.`),
        ]),
  ];
}

/** B19 (API reference, ToolChoice): a choice is `auto`, `any`, or a tool that is there; there is no `none`. */
function choice(value: unknown, names: readonly unknown[]): WireProblem[] {
  if (value === undefined || value === null) return [];
  const path = "toolConfig.toolChoice";
  const kinds = Object.keys(objectOf(value));
  if (kinds.length !== 1 || !["auto", "any", "tool"].includes(textOf(kinds[0]))) {
    const message = `The format of the value at ${path} is invalid. Provide a ToolChoice with exactly one of auto, any, tool and try again.`;
    return [refusal("B19", path, message)];
  }
  const { name } = objectOf(objectOf(value)["tool"]);
  if (kinds[0] !== "tool" || names.includes(name)) return [];
  return [fromModel("B19", `${path}.tool.name`, `Tool '${textOf(name)}' not found in provided tools`)];
}
