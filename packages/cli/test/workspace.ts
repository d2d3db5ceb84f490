import { mkdtemp, mkdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGES = fileURLToPath(new URL("../node_modules", import.meta.url));

/** A directory outside the repository, whose files find this package's dependencies. */
export interface Workspace {
  readonly directory: string;
  path(name: string): string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  remove(): Promise<void>;
}

/** Makes one, with files by name. */
export async function workspace(files: Readonly<Record<string, string>> = {}): Promise<Workspace> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), "swarmgraph-cli-")));
  await symlink(PACKAGES, join(directory, "node_modules"));
  const made: Workspace = {
    directory,
    path: (name) => join(directory, name),
    write: async (given) => {
      for (const [name, text] of Object.entries(given)) {
        await mkdir(dirname(join(directory, name)), { recursive: true });
        await writeFile(join(directory, name), text);
      }
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
  await made.write(files);
  return made;
}

/** A desk with two handoffs, a tool that waits for an approval, and a model that fails. It plays the same every time. */
export const DESK = `import { tool } from "@langchain/core/tools";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { z } from "zod";

const pay = tool(({ amount }) => "Paid " + amount + ".", {
  name: "pay",
  description: "Pays money back.",
  schema: z.object({ amount: z.number() }),
});
const look = tool(() => "Order A-1.", { name: "look", description: "Looks.", schema: z.object({}) });

type Said = { messages: readonly { type: string; text: string }[] };
const said = ({ messages }: Said): string => messages.filter(({ type }) => type === "human").at(-1)?.text ?? "";
const isAnswered = ({ messages }: Said): boolean => messages.at(-1)?.type === "tool";
const step = (calls: readonly object[], text = "") => ({ kind: "message", text, calls }) as never;

export const swarm = new SwarmAgent({
  name: "desk",
  entry: "triage",
  agents: {
    triage: {
      description: "Finds out.",
      model: scriptedModel().reply((call) => {
        if (said(call).includes("fail")) throw new Error("the model broke");
        return said(call).includes("money") ? step([{ handoff: "billing", input: { reason: "It is about money." } }]) : "Hello!";
      }).repeat(),
      canHandoffTo: ["billing"],
    },
    billing: {
      description: "Pays.",
      model: scriptedModel().reply((call) => {
        if (isAnswered(call)) return "Done: " + call.messages.at(-1)?.text;
        if (said(call).includes("back")) return step([{ tool: "pay", args: { amount: 49 } }]);
        return said(call).includes("money") ? step([{ tool: "look" }]) : "What else?";
      }).repeat(),
      tools: [pay, look],
      confirm: ["pay"],
      canHandoffTo: [],
    },
  },
});
`;

/** A definition with mistakes, whose lines are known. */
export const BAD = `import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
// agents: { triage: "not this one" }
export const swarm = new SwarmAgent({
  entry: "triage",
  agents: {
    triage: {
      model: scriptedModel(),
      canHandoffTo: [
        "billing",
        "biling",
      ],
    },
    "billing": { model: scriptedModel(), canHandoffTo: [] },
    lonely: { model: scriptedModel(), canHandoffTo: [] },
  },
});
`;
