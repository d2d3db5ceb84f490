import { createInterface } from "node:readline/promises";
import { Session } from "swarmgraph";
import { graph } from "./assistant.ts";
import { converse } from "./demo/converse.ts";
import { createPainter } from "./demo/painter.ts";
import { chooseModel } from "./model.ts";

/** The seed's question and two more; the last one is a half that only the conversation completes. */
const QUESTIONS = ["What's the weather in Tokyo?", "What is 17% of 2,340?", "And how warm is Lisbon in July?"];

const { stdin, stdout, env } = process;
const isColoured = env["FORCE_COLOR"] ? env["FORCE_COLOR"] !== "0" : stdout.isTTY === true && !env["NO_COLOR"];
const paint = createPainter(isColoured);
const print = (line: string): void => void stdout.write(`${line}\n`);

const { notice, isLocal } = chooseModel();
print(`${paint.bold("swarmgraph demo")}   assistant → weather_specialist | math_specialist`);
print(paint.dim(notice));
if (isLocal) {
  const variables = "OPENAI_API_KEY, MISTRAL_API_KEY, ANTHROPIC_API_KEY or OPENAI_BASE_URL";
  print(paint.dim(`Set ${variables} for a language model.`));
}

const asked = process.argv.slice(2).join(" ").trim();
const session = new Session(graph);
for (const question of asked === "" ? QUESTIONS : [asked]) {
  print(`\n${paint.bold("you")}: ${question}`);
  if (!(await converse(session, { question, paint, print }))) process.exitCode = 1;
}

if (asked === "" && stdin.isTTY && stdout.isTTY) {
  print(paint.dim("\nAsk something. An empty line ends."));
  const terminal = createInterface({ input: stdin, output: stdout });
  const controller = new AbortController();
  terminal.on("close", () => controller.abort());
  for (;;) {
    const question = await terminal.question(`\n${paint.bold("you")}: `, { signal: controller.signal }).catch(() => "");
    if (question.trim() === "") break;
    await converse(session, { question, paint, print, signal: controller.signal });
  }
  terminal.close();
}
