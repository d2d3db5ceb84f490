/**
 * The program of the process that draws a chart, as text, so that it needs no file beside the built package. It reads
 * `{ spec, modules }` from its input and writes `{ svg }` or `{ error }`.
 *
 * Nothing can be loaded (the loader refuses) and no code is made from strings (expressions are walked as trees).
 */
export const chartProgram = `
const draw = async ({ spec, modules }) => {
  const [vega, vegaLite, { expressionInterpreter }] = await Promise.all(modules.map((url) => import(url)));
  const refuse = async () => { throw new Error("a chart loads nothing; put the rows in data.values"); };
  const problems = [];
  const quiet = () => logger;
  const note = (...parts) => {
    problems.push(parts.map((part) => part?.message ?? String(part)).join(" "));
    return logger;
  };
  const logger = { level: quiet, warn: quiet, info: quiet, debug: quiet, error: note };
  const { spec: compiled } = vegaLite.compile(JSON.parse(spec), { logger });
  const view = new vega.View(vega.parse(compiled, undefined, { ast: true }), {
    renderer: "none",
    loader: { load: refuse, sanitize: refuse, http: refuse, file: refuse },
    expr: expressionInterpreter,
    logger,
  });
  const svg = await view.toSVG();
  if (problems.length > 0) throw new Error(problems[0]);
  return { svg };
};
const answer = (value) => process.stdout.write(JSON.stringify(value), () => process.exit());
let input = "";
process.stdin.setEncoding("utf8").on("data", (chunk) => (input += chunk)).on("end", () => {
  draw(JSON.parse(input)).then(answer, (error) => answer({ error: String(error?.message ?? error) }));
});
`;
