import { listOf, objectOf, textOf } from "../problem.ts";
import type { JsonObject, WireProblem } from "../problem.ts";
import { field, nameFault, problem, snake, unknownFields } from "./problems.ts";
import { schemaProblems } from "./schema.ts";

const DECLARATION_FIELDS = new Set(
  "name description behavior parameters parametersJsonSchema response responseJsonSchema".split(" "),
);

/** A declared function and where it stands. */
interface Declared {
  readonly declaration: JsonObject;
  readonly path: string;
}

/** The problems of the declared functions, and of the choice among them. */
export function toolProblems(request: JsonObject): WireProblem[] {
  const declared = listOf(request["tools"]).flatMap((tool, at): Declared[] =>
    listOf(field(objectOf(tool), "functionDeclarations")).map((each, index) => ({
      declaration: objectOf(each),
      path: `tools[${at}].functionDeclarations[${index}]`,
    })),
  );
  const names = declared.map(({ declaration }) => textOf(declaration["name"]));
  return [
    ...declared.flatMap((each, index) => [...declarationProblems(each), ...repeated(each, names.slice(0, index))]),
    ...choiceProblems(request, names),
  ];
}

/** G2: a function has a legal name. G18: its description and its fields are those of the reference. */
function declarationProblems({ declaration, path }: Declared): WireProblem[] {
  const { name, description, parameters } = declaration;
  const fault = nameFault(textOf(name));
  const at = snake(path);
  return [
    ...unknownFields(declaration, DECLARATION_FIELDS, at).map((message) => problem("G18", path, message)),
    ...(fault === undefined ? [] : [problem("G2", `${path}.name`, `* GenerateContentRequest.${at}.name: ${fault}`)]),
    ...(description === undefined || typeof description === "string"
      ? []
      : [problem("G18", `${path}.description`, `Invalid value at '${at}.description' (TYPE_STRING)`)]),
    ...(parameters === undefined
      ? []
      : schemaProblems(parameters, { path: `${path}.parameters`, proto: `${at}.parameters` })),
  ];
}

/** G11: no two functions of one name (dotnet-genai#189, lobehub#12604). */
function repeated({ declaration, path }: Declared, before: readonly string[]): WireProblem[] {
  const name = textOf(declaration["name"]);
  if (name === "" || !before.includes(name)) return [];
  return [problem("G11", `${path}.name`, `Duplicate function declaration found: ${name}`)];
}

/** G12: a choice is made among functions that are there (laravel/ai#490). */
function choiceProblems(request: JsonObject, names: readonly string[]): WireProblem[] {
  const config = field(objectOf(field(request, "toolConfig")), "functionCallingConfig");
  if (config === undefined) return [];
  const path = "toolConfig.functionCallingConfig";
  if (names.length === 0) {
    return [problem("G12", path, "Function calling config is set without function_declarations.")];
  }
  return listOf(field(objectOf(config), "allowedFunctionNames")).flatMap((name, index) => {
    if (names.includes(textOf(name))) return [];
    const message = `* GenerateContentRequest.${snake(path)}.allowed_function_names[${index}]: function is not declared`;
    return [problem("G12", `${path}.allowedFunctionNames[${index}]`, message)];
  });
}
