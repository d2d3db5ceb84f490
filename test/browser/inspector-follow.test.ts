import { readFile } from "node:fs/promises";
import { createEventFeed, fromJsonl } from "swarmgraph";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inspector } from "../../packages/inspector/src/index.ts";
import {
  agentsWith,
  edgesWith,
  expectInspected,
  expectStatus,
  openBrowser,
  runElsewhere,
  say,
  serveHandler,
  supportDesk,
} from "./support.ts";
import { openPage } from "./open-browser.ts";
import type { Browser } from "./support.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const question = "I was charged twice for order A-1042.";

describe("a run made elsewhere", () => {
  it("is followed live by a page that has nothing else to show, and gone on with from there", async () => {
    const [graph, feed] = [supportDesk(), createEventFeed()];
    await expectInspected(
      browser,
      graph,
      async (page) => {
        expect(await page.getByLabel("Show", { exact: true }).isHidden()).toBe(true);
        await runElsewhere(graph, feed, question);
        await expectStatus(page, "Waiting for you");
        expect(await agentsWith(page, "is-active")).toEqual(["refunds"]);
        expect(await edgesWith(page, "is-highlighted")).toEqual(["billing→refunds", "triage→billing"]);
        expect(await page.getByText("It cannot be answered from here").isVisible()).toBe(true);
        expect(await page.getByLabel("Message").isHidden()).toBe(true);
        await page.getByRole("button", { name: "Go on with it here" }).click();
        await page.getByRole("radio", { name: "Approve" }).check();
        await page.getByRole("button", { name: "Send answer" }).click();
        await expectStatus(page, "Done");
        expect(await page.locator("#follow").isHidden()).toBe(true);
        expect(page.url()).toContain("#thread=elsewhere");
      },
      { feed },
    );
  });

  it("does not take a page from its own talk, and can be looked at beside it", async () => {
    const [graph, feed] = [supportDesk(), createEventFeed()];
    await expectInspected(
      browser,
      graph,
      async (page) => {
        await say(page, "My own question.");
        await expectStatus(page, "Waiting for you");
        await runElsewhere(graph, feed, question);
        const select = page.getByLabel("Show", { exact: true });
        await select.waitFor();
        expect(await page.locator("#log").innerText()).toContain("My own question.");
        await select.selectOption("elsewhere");
        await page.locator("#log").getByText(question).waitFor();
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page
            .getByText("Export", { exact: true })
            .click()
            .then(() => page.getByRole("button", { name: "Run as JSONL" }).click()),
        ]);
        const saved = fromJsonl(await readFile(await download.path(), "utf8"));
        expect(new Set(saved.events.map(({ threadId }) => threadId))).toEqual(new Set(["elsewhere"]));
        await select.selectOption({ label: "This page's conversation" });
        await page.locator("#log").getByText("My own question.").waitFor();
        expect(await page.locator("#approval").isVisible()).toBe(true);
      },
      { feed },
    );
  });
});

describe("another version of the swarm", () => {
  it("is loaded by a page that comes back to it, which keeps its thread; one with words in it asks first", async () => {
    const graph = supportDesk();
    const token = "abcdefghijklmnop";
    const feed = createEventFeed();
    const versionOf = (version: string) => {
      const stop = new AbortController();
      const page = inspector(graph, { token, version, feed, stop: stop.signal });
      return { page, retire: () => stop.abort() };
    };
    let served = versionOf("1");
    const { origin, close } = await serveHandler((request) => served.page(request));
    const renew = (version: string): void => {
      const last = served;
      served = versionOf(version);
      last.retire();
    };
    try {
      const { page, problems } = await openPage(browser, `${origin}/${token}/`);
      await say(page, question);
      await expectStatus(page, "Waiting for you");
      const loaded = page.waitForEvent("load");
      renew("2");
      await loaded;
      await expectStatus(page, "Waiting for you");
      expect(await page.locator("#log").innerText()).toContain(question);
      await page.getByLabel("Message").fill("half a sent");
      renew("3");
      const button = page.getByRole("button", { name: "Load the new version" });
      await button.waitFor();
      expect(await page.getByLabel("Message").inputValue()).toBe("half a sent");
      await button.click();
      await button.waitFor({ state: "hidden" });
      await expectStatus(page, "Waiting for you");
      expect(problems.filter((problem) => !problem.includes("ERR_INCOMPLETE_CHUNKED_ENCODING"))).toEqual([]);
      await page.context().close();
    } finally {
      await close();
    }
  });
});
