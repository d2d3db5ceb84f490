import { randomUUID } from "node:crypto";
import { relative } from "node:path";
import { createEventFeed, SwarmMemorySaver } from "swarmgraph";
import { EXIT } from "../exit.ts";
import { explain } from "../explain.ts";
import { outputOf } from "../io.ts";
import type { Io, Output } from "../io.ts";
import { loadSwarm } from "../load/load-swarm.ts";
import type { LoadedSwarm } from "../load/load-swarm.ts";
import { FileWatch } from "../load/watch-files.ts";
import { devSite } from "../serve/dev-site.ts";
import type { DevSite } from "../serve/dev-site.ts";
import { listen, stopped } from "../serve/listen.ts";
import type { DevOptions } from "../commands/dev.ts";

/** Serves a swarm until it is stopped. Gives the exit code. */
export async function dev(io: Io, reference: string, options: DevOptions): Promise<number> {
  const output = outputOf(io, options);
  const checkpointer = new SwarmMemorySaver();
  const token = randomUUID().replaceAll("-", "");
  const feed = createEventFeed();
  const onFailure = (message: string): void => output.note(message);
  let version = 0;
  const open = (swarm: LoadedSwarm): DevSite =>
    devSite(swarm.compile(checkpointer), { token, version: String(version), feed, stop: io.signal, onFailure });
  const first = await loadSwarm(reference, io);
  let site = open(first);
  const server = await listen((request, bindings) => site.handler(request, bindings), { port: options.port });
  announce(output, server.url, site, first);
  const watch = new FileWatch(() => void reload());
  const reload = async (): Promise<void> => {
    try {
      version += 1;
      const swarm = await loadSwarm(reference, io, version);
      const last = site;
      site = open(swarm);
      last.retire();
      watch.add(swarm.files);
      tell(output, { reloaded: version }, `Loaded again: ${swarm.definition.agents.size} agents.`);
    } catch (error) {
      const { message, code } = explain(error);
      tell(output, { failed: code, message }, `Not loaded, the last version stays: ${message}`);
    }
  };
  if (options.reload) watch.add(first.files);
  await stopped(io.signal);
  watch.close();
  await server.close();
  return EXIT.ok;
}

function announce(output: Output, url: string, site: DevSite, { definition, files }: LoadedSwarm): void {
  const [inspector, events] = [`${url}${site.page}`, `${url}${site.events}`];
  const watched = files.map((file) => relative(process.cwd(), file));
  tell(
    output,
    { swarm: definition.name, url, inspector, events, watched },
    `Inspector  ${inspector}
Events     POST ${events}
OpenAI     ${url}/v1
AG-UI      ${url}/ag-ui/${encodeURIComponent(definition.name)}
Ctrl-C ends it.`,
  );
}

function tell(output: Output, data: object, text: string): void {
  output.line(output.json ? JSON.stringify(data) : text);
}
