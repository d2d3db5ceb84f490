import { swarmEvents } from "swarmgraph";
import type { EventFeed } from "swarmgraph";
import { expect } from "vitest";
import { drawSwarm } from "../../packages/draw/src/index.ts";
import type { InspectableGraph, InspectorOptions } from "../../packages/inspector/src/index.ts";
import { openPage } from "./open-browser.ts";
import type { Browser, OpenPage, Page } from "./open-browser.ts";
import { serveInspector } from "../../packages/inspector/test/serve-inspector.ts";

export { axeFindings, openBrowser } from "./open-browser.ts";
export type { Browser, OpenPage, Page } from "./open-browser.ts";
export { serveHandler } from "../../packages/inspector/test/serve-inspector.ts";
export { supportDesk } from "../../packages/inspector/test/support-desk.ts";

/** How a browser is opened on an inspector. */
export interface InspectOptions extends InspectorOptions {
  readonly browser: NonNullable<Parameters<typeof openPage>[2]>;
  /** Problems that the test brings about. Default: none. */
  readonly explained: RegExp;
}

/**
 * Opens the inspector of a graph, lets a test use it, and closes all of it. Whatever the test does, the page asks no other
 * host and none of its scripts fails.
 */
export async function expectInspected(
  browser: Browser,
  graph: InspectableGraph | undefined,
  use: (page: Page, open: OpenPage) => Promise<void>,
  { browser: context, explained, ...options }: Partial<InspectOptions> = {},
): Promise<void> {
  const served = await serveInspector(graph, {
    draw: (definition) => drawSwarm({ definition } as never, { format: "svg" }),
    ...options,
  });
  try {
    const open = await openPage(browser, served.url, context);
    await use(open.page, open);
    await open.page.context().close();
    expect([...new Set(open.requests.map((url) => new URL(url).origin))].filter((origin) => origin !== "null")).toEqual(
      [served.origin],
    );
    expect(open.problems.filter((problem) => explained?.test(problem) !== true)).toEqual([]);
  } finally {
    await served.close();
  }
}

/** Says something to the swarm, as a reader does. */
export async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel("Message").fill(text);
  await page.keyboard.press("Enter");
}

/** A run on the thread "elsewhere" that a page knows of by its feed alone. */
export async function runElsewhere(graph: InspectableGraph, feed: EventFeed, text: string): Promise<void> {
  const config = { configurable: { thread_id: "elsewhere" }, publish: [feed.publish] };
  await swarmEvents(graph, { messages: [{ role: "user", content: text }] } as never, config).result;
}

/** Waits until the head says how the run stands. */
export async function expectStatus(page: Page, status: string): Promise<void> {
  await page.locator("#status").getByText(status, { exact: true }).waitFor({ timeout: 20_000 });
}

/** The agents that carry a class in the drawing. */
export function agentsWith(page: Page, name: string): Promise<string[]> {
  return namesOf(page, `#graph [data-agent].${name}`, "data-agent");
}

/** The edges that carry a class in the drawing. */
export function edgesWith(page: Page, name: string): Promise<string[]> {
  return namesOf(page, `#graph [data-edge].${name}`, "data-edge");
}

async function namesOf(page: Page, selector: string, attribute: string): Promise<string[]> {
  const elements = await page.locator(selector).all();
  return (await Promise.all(elements.map((element) => element.getAttribute(attribute)))).map(String).sort();
}
