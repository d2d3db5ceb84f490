/** One page of the site: its file from the repository's root, and what it is called in menus. */
export interface Page {
  readonly file: string;
  readonly title: string;
  /** What it is about, in a few words. */
  readonly about: string;
}

/** A part of the site's menu. */
export interface Section {
  readonly title: string;
  readonly pages: readonly Page[];
}

const page = (file: string, title: string, about: string): Page => ({ file, title, about });

/** The pages in the order of the menu. One that is not named here comes last: see `menuOf`. */
const sections: readonly Section[] = [
  {
    title: "Start",
    pages: [
      page("docs/index.md", "SwarmGraph", "what it is, and where to find what"),
      page(
        "docs/quick-start.md",
        "Quick start",
        "two agents and a handoff, a model, a tool, a test, a picture, a server",
      ),
      page("docs/limits-said-plainly.md", "Limits, said plainly", "what is not promised and what is not there"),
    ],
  },
  {
    title: "Concepts",
    pages: [
      page(
        "docs/concepts/log-and-projection.md",
        "The log and the projection",
        "what is stored, and what a model sees of it",
      ),
      page(
        "docs/concepts/registry.md",
        "The registry",
        "tool names and agents' names, edges, the check of a definition",
      ),
      page(
        "docs/concepts/two-phases.md",
        "Two phases",
        "tools first, then one handoff; what is decided when; the ledger",
      ),
      page("docs/concepts/limits.md", "Limits", "budgets of a turn, their defaults, what happens at one"),
      page("docs/concepts/errors.md", "Errors", "the two kinds of errors and every code"),
      page("docs/concepts/events.md", "Events", "the stream of a run, its types, recordings and mappings"),
    ],
  },
  {
    title: "Guides",
    pages: [
      page("docs/from-agentsilex.md", "From AgentSilex", "a program before and after, and what becomes of what"),
      page("docs/from-agentflow.md", "From AgentFlow", "a program before and after, and what becomes of what"),
      page(
        "docs/from-mistral.md",
        "From Mistral's agents",
        "Mistral's five agents on a server of your own, in code, as a graph",
      ),
      page(
        "docs/from-langgraph-swarm.md",
        "From langgraph-swarm",
        "a program before and after, and what becomes of what",
      ),
      page("docs/from-openai-agents.md", "From OpenAI Agents", "a program before and after, and what becomes of what"),
      page(
        "docs/interop.md",
        "With LangChain and LangGraph",
        "createAgent, graphs as agents, the dev server, useStream, the AI SDK",
      ),
      page(
        "docs/hand-rolled.md",
        "A graph by hand",
        "handoffs on LangGraph's StateGraph with the parts of this library",
      ),
    ],
  },
  {
    title: "Recipes",
    pages: [
      page("docs/recipes/custom-routing.md", "Custom routing", "guards on edges, a veto, a function that decides"),
      page("docs/recipes/supervisor.md", "A supervisor", "one model that says who acts next; a swarm as a tool"),
      page("docs/recipes/return-to-caller.md", "Return to caller", "an answer that comes back to the agent that asked"),
      page(
        "docs/recipes/human.md",
        "A human as an agent",
        "a person in the swarm, approvals, functions that the caller runs",
      ),
      page("docs/recipes/structured-output.md", "Structured output", "answers that fit a schema, typed by agent"),
      page("docs/recipes/per-edge-history.md", "Per-edge history", "what an agent sees of the conversation before it"),
      page("docs/recipes/mcp.md", "MCP servers", "tools of MCP servers"),
      page(
        "docs/recipes/local-models.md",
        "Local models",
        "servers on this machine, fallbacks, the model that needs no key",
      ),
      page("docs/recipes/testing.md", "Testing a swarm", "scripts, cassettes, evaluators"),
      page(
        "docs/recipes/deploying.md",
        "Deploying",
        "checkpointers, LangGraph's server, HTTP, new versions under old threads",
      ),
      page(
        "docs/deploy.md",
        "Deployment recipes",
        "Docker Compose and Kubernetes: a server, workers of DBOS, workers of Restate",
      ),
      page("docs/recipes/tracing.md", "Tracing", "OpenTelemetry, LangSmith, sinks and recordings"),
    ],
  },
  {
    title: "What is measured",
    pages: [
      page("docs/wire.md", "What goes over the wire", "the requests and the rules, provider by provider"),
      page(
        "docs/wire-runs.md",
        "Runs of the wire's property",
        "when the property of all prompts was run, with how many cases",
      ),
      page("docs/reliability.md", "Reliability", "every fault that is made to happen, and what the swarm does"),
      page("docs/performance.md", "Performance", "timings against the peers, with machine and date"),
      page("docs/scale.md", "Scale", "runs a second, the cost of a durable step, what a billion conversations need"),
      page("docs/mutation.md", "Mutation testing", "which changes of the code no test notices"),
      page("docs/sizes.md", "Sizes", "what an import costs, and how much it may"),
      page("docs/licences.md", "Licences", "the licences of what the packages depend on"),
    ],
  },
  {
    title: "Packages",
    pages: [
      page("packages/cli/README.md", "Command line", "new, run, chat, dev, draw, verify, replay, test, doctor"),
      page(
        "packages/server/README.md",
        "Server",
        "Mistral's API, OpenAI's chat completions, AG-UI and events over HTTP",
      ),
      page("packages/tools/README.md", "Tools", "web search, code interpreter, MCP"),
      page("packages/local-model/README.md", "Local model", "a learned router that needs no key"),
      page("packages/draw/README.md", "Drawings", "Mermaid, SVG, text, DOT, JSON, PNG"),
      page("packages/inspector/README.md", "Inspector", "a page that shows a swarm at work"),
      page("packages/otel/README.md", "OpenTelemetry", "spans and metrics"),
      page("packages/persist-sqlite/README.md", "SQLite", "threads in a file"),
      page("packages/persist-postgres/README.md", "PostgreSQL", "threads in a database"),
      page("docs/durable.md", "Durable runs", "what is kept when a process dies, and what to choose"),
      page("docs/conformance.md", "What every backend shows", "a table from a run of one suite"),
      page("packages/durable-restate/README.md", "Restate", "durable runs on a Restate server"),
      page("packages/durable-dbos/README.md", "DBOS", "durable runs on DBOS"),
      page(
        "packages/durable-conformance/README.md",
        "Conformance of durable engines",
        "the suite that an engine has to pass",
      ),
      page("docs/durable-restate.md", "How runs are durable on Restate", "what becomes what in the engine"),
      page("packages/persist-core/README.md", "What both databases share", "what a further checkpointer needs"),
    ],
  },
  {
    title: "Working on it",
    pages: [
      page("ARCHITECTURE.md", "The map of the code", "the folders, one message through the code, the state"),
      page("CONTRIBUTING.md", "Working on SwarmGraph", "commands, tests, how to add what"),
    ],
  },
];

/**
 * The menu of the site: the pages that are there, in their order, and last those that no section names.
 *
 * @param files The pages that are there, from the repository's root.
 * @param titleOf Gives the heading of a page.
 */
export function menuOf(files: readonly string[], titleOf: (file: string) => string): readonly Section[] {
  const there = new Set(files);
  const named = new Set(sections.flatMap(({ pages }) => pages.map(({ file }) => file)));
  const further = files.filter((file) => !named.has(file)).map((file) => page(file, titleOf(file), ""));
  const known = sections.map(({ title, pages }) => ({ title, pages: pages.filter(({ file }) => there.has(file)) }));
  return further.length === 0 ? known : [...known, { title: "Further", pages: further }];
}

/** The text of the site's `llms.txt`: every page and what it is about, for models that read it. */
export function toLlmsText(menu: readonly Section[]): string {
  const parts = menu.map(({ title, pages }) => {
    const lines = pages.map(
      ({ file, title, about }) => `- [${title}](/${pathOnSite(file)})${about === "" ? "" : `: ${about}`}`,
    );
    return `## ${title}\n\n${lines.join("\n")}\n`;
  });
  return `# SwarmGraph\n\n> Swarms of AI agents as LangGraph graphs, in TypeScript.\n\n${parts.join("\n")}`;
}

/** Where a page stands on the site: `docs/` and `README` are left out. */
export function pathOnSite(file: string): string {
  if (file.startsWith("docs/")) return file.slice("docs/".length);
  if (file.endsWith("/README.md")) return file.replace("/README.md", ".md");
  return file.toLowerCase();
}
