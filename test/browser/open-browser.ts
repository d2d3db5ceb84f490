import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

export type { Browser, Page } from "playwright-core";

/** Debian's Chromium, without a window. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

/** A page, and what went wrong on it: each entry has to be explained by the test. */
export interface OpenPage {
  readonly page: Page;
  /** The address of every request that the page made. */
  readonly requests: readonly string[];
  /** Errors of its scripts, broken rules of its policy, dialogs. */
  readonly problems: readonly string[];
}

/** Opens an address in a context of its own, and waits until the inspector there is ready. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  const problems: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("dialog", (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  await page
    .locator("html[data-ready=true]")
    .waitFor({ timeout: 15_000 })
    .catch((error: unknown) => {
      throw new Error(`the page did not become ready: ${problems.join("; ")}`, { cause: error });
    });
  return { page, requests, problems };
}

/** One broken rule of axe: its id, and the elements that break it. */
export interface AxeFinding {
  readonly id: string;
  readonly targets: readonly string[];
}

/** What axe finds against WCAG 2.2 A and AA. Needs a context with `bypassCSP`, since axe is a script from outside. */
export async function axeFindings(page: Page): Promise<readonly AxeFinding[]> {
  const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await page.addScriptTag({ content: source });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          on: unknown,
          options: unknown,
        ): Promise<{ violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] }>;
      };
    };
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const { violations } = await axe.run((globalThis as unknown as { document: unknown }).document, {
      runOnly: { type: "tag", values: tags },
    });
    return violations.map(({ id, nodes }) => ({
      id,
      targets: nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`),
    }));
  });
}
