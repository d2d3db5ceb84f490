import { readFile } from "node:fs/promises";
import { fromJsonl, human, SwarmAgent, SwarmMemorySaver } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { agentsWith, edgesWith, expectInspected, expectStatus, openBrowser, say, supportDesk } from "./support.ts";
import type { Browser, Page } from "./support.ts";

const recording = new URL("../observe/golden/approval.jsonl", import.meta.url);

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const question = "I was charged twice for order A-1042.";

async function textOf(page: Page, action: string): Promise<string> {
  await page.getByText("Export", { exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: action }).click(),
  ]);
  await page.getByText("Export", { exact: true }).click();
  return readFile(await download.path(), "utf8");
}

describe("the inspector's page", () => {
  it("lights the agents and the edges of a live run, and a refused handoff", async () => {
    await expectInspected(browser, supportDesk(), async (page) => {
      expect(await agentsWith(page, "is-active")).toEqual([]);
      await say(page, question);
      await expectStatus(page, "Waiting for you");
      expect(await agentsWith(page, "is-active")).toEqual(["refunds"]);
      expect(await agentsWith(page, "is-waiting")).toEqual(["refunds"]);
      expect(await agentsWith(page, "is-highlighted")).toEqual(["billing", "refunds", "triage"]);
      expect(await edgesWith(page, "is-highlighted")).toEqual(["billing→refunds", "triage→billing"]);
      expect(await edgesWith(page, "is-refused")).toEqual(["billing→payouts"]);
      expect(await edgesWith(page, "is-flashing")).toEqual(["billing→payouts"]);
    });
  });

  it("shows the talk with its handoffs, reasons, tools, and tokens", async () => {
    await expectInspected(browser, supportDesk(), async (page) => {
      await say(page, question);
      await expectStatus(page, "Waiting for you");
      const kinds = await page
        .locator("#log > li")
        .evaluateAll((items) => items.map((item) => (item as unknown as { className: string }).className));
      expect(kinds).toEqual(["user", "message", "handoff", "message", "tool", "handoff", "handoff", "tool"]);
      expect(await page.locator(".handoff").first().innerText()).toContain("Charged twice for one order");
      await page.locator(".tool summary").first().click();
      expect(await page.locator(".tool").first().innerText()).toMatch(/A-1042[\s\S]*two charges of 49\.00/u);
      await page.getByRole("tab", { name: "Tokens" }).click();
      await page.locator("#tokens tbody tr").first().waitFor();
      expect(await page.locator("#tokens tbody tr").count()).toBe(3);
      await page.getByRole("tab", { name: "Events" }).click();
      await page.getByLabel("Filter").fill("handoff.done");
      await page.locator("#events-count").getByText(/^2 of/u).waitFor();
      expect(await page.locator("#events > li").count()).toBe(2);
    });
  });

  it("asks for an approval, by keyboard alone, and goes on with the answer", async () => {
    await expectInspected(browser, supportDesk(), async (page) => {
      await say(page, question);
      await expectStatus(page, "Waiting for you");
      await page.locator("#approval:focus").waitFor();
      // Past the arguments, which can be scrolled, to the choice.
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Space");
      expect(await page.getByRole("radio", { name: "Approve" }).isChecked()).toBe(true);
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await expectStatus(page, "Done");
      expect(await page.locator("#log").innerText()).toContain("The tool call was approved");
      expect(await page.locator("#log > li").last().innerText()).toContain("49.00 is on its way back");
      expect(await page.locator("#approval").isHidden()).toBe(true);
    });
  });

  it("tells what is missing in an answer, and sends a denial with its reason", async () => {
    await expectInspected(browser, supportDesk(), async (page) => {
      await say(page, question);
      await page.getByRole("button", { name: "Send answer" }).click();
      await page.getByText("Decide on each of them first.").waitFor();
      await page.getByRole("radio", { name: "Deny" }).check();
      await page.getByLabel("Reason, which the agent reads").fill("not before Monday");
      await page.getByRole("button", { name: "Send answer" }).click();
      await expectStatus(page, "Done");
      expect(await page.locator("#log").innerText()).toContain("not before Monday");
    });
  });

  it("sends a handoff elsewhere, and takes a person's words", async () => {
    const swarm = new SwarmAgent({
      name: "desk",
      entry: "triage",
      agents: {
        triage: {
          model: scriptedModel().handoff("billing", { reason: "a bill" }),
          canHandoffTo: [{ to: "billing", requiresApproval: true }, "clerk"],
        },
        billing: { model: scriptedModel().say("Never asked."), canHandoffTo: [] },
        clerk: human({ name: "Ada", canHandoffTo: ["billing"] }),
      },
    });
    await expectInspected(browser, swarm.compile({ checkpointer: new SwarmMemorySaver() }), async (page) => {
      await say(page, "Hello");
      await page.getByRole("radio", { name: "Send elsewhere" }).check();
      await page.getByLabel("Send to").selectOption("clerk");
      await page.getByRole("button", { name: "Send answer" }).click();
      await page.getByText("Answer as Ada").waitFor();
      expect(await edgesWith(page, "is-highlighted")).toEqual(["triage→clerk"]);
      expect(await agentsWith(page, "is-waiting")).toEqual(["clerk"]);
      await page.getByLabel("What you say").fill("It is settled.");
      await page.getByRole("button", { name: "Send answer" }).click();
      await expectStatus(page, "Done");
      expect(await page.locator("#log > li").last().innerText()).toContain("It is settled.");
    });
  });

  it("goes on with the thread after a reload, and from a checkpoint of it", async () => {
    await expectInspected(browser, supportDesk(), async (page) => {
      await say(page, question);
      await expectStatus(page, "Waiting for you");
      await page.reload();
      await page.locator("html[data-ready=true]").waitFor();
      await expectStatus(page, "Waiting for you");
      expect(await page.locator("#log > li").count()).toBe(8);
      expect(await page.locator("#approval").isVisible()).toBe(true);
      await page.getByRole("tab", { name: "State" }).click();
      await page.getByRole("button", { name: "View step 1, next: billing" }).click();
      await page.getByText("State at step 1").waitFor();
      expect(JSON.parse(await page.locator("#values").innerText())).toMatchObject({
        messages: [{}, { name: "triage" }],
      });
      await page.getByRole("button", { name: "Fork here: step 1, next: billing" }).click();
      await page.getByRole("button", { name: "Go on from here" }).click();
      await expectStatus(page, "Done");
      expect(await page.locator("#log").innerText()).toContain("Your order is in good order.");
    });
  });

  it("replays a file: to and fro, by keyboard, with the graph as it was", async () => {
    await expectInspected(browser, undefined, async (page) => {
      await page.locator("#recording-file").setInputFiles(recording.pathname);
      const range = page.getByRole("slider", { name: "Place in the recording" });
      await range.waitFor();
      await expectStatus(page, "Done");
      expect(await agentsWith(page, "is-active")).toEqual(["refunds"]);
      expect(await edgesWith(page, "is-highlighted")).toEqual(["clerk→refunds"]);
      await range.press("Home");
      await expectStatus(page, "Ready");
      expect(await page.locator("#log > li").count()).toBe(0);
      const stop = fromJsonl(await readFile(recording, "utf8")).events.findIndex(
        ({ type }) => type === "run.interrupted",
      );
      await range.fill(String(stop + 1));
      await expectStatus(page, "Waiting for you");
      expect(await agentsWith(page, "is-active")).toEqual(["clerk"]);
      expect(await edgesWith(page, "is-highlighted")).toEqual([]);
      expect(await page.getByText("It cannot be answered from here").isVisible()).toBe(true);
      await page.getByRole("button", { name: "One event forward" }).click();
      await page.getByText(`${stop + 2} /`).waitFor();
      await page.getByLabel("Speed").selectOption("4");
      await page.getByRole("button", { name: "Play", exact: true }).click();
      await expectStatus(page, "Done");
    });
  });

  it("opens the recording that the server has, and refuses a file that is none", async () => {
    const options = { recording: await readFile(recording, "utf8") };
    await expectInspected(
      browser,
      undefined,
      async (page) => {
        await expectStatus(page, "Done");
        const file = { name: "x.jsonl", mimeType: "text/plain", buffer: Buffer.from("hello") };
        await page.locator("#recording-file").setInputFiles(file);
        await page.getByText("This is no recording of a swarm").waitFor();
        expect(await page.locator("#replay").isVisible()).toBe(true);
      },
      options,
    );
  });

  it("saves the lit graph as SVG, the swarm as Mermaid, and the run as a recording", async () => {
    await expectInspected(browser, supportDesk(), async (page) => {
      await say(page, question);
      await expectStatus(page, "Waiting for you");
      const { header, events } = fromJsonl(await textOf(page, "Run as JSONL"));
      expect([header.swarm, events.at(-1)?.type]).toEqual(["support-desk", "run.interrupted"]);
      expect(await textOf(page, "Graph as Mermaid")).toContain("flowchart TD");
      const svg = await textOf(page, "Graph as SVG");
      expect(svg).toMatch(/^<svg [^>]*><style>/u);
      expect(svg).toMatch(/class="[^"]*is-active[^"]*" data-agent="refunds"/u);
    });
  });

  it("stops a run", async () => {
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().hang() } } });
    await expectInspected(browser, swarm.compile(), async (page) => {
      await say(page, "Hello");
      await expectStatus(page, "Working");
      await page.getByRole("button", { name: "Stop" }).click();
      await expectStatus(page, "Stopped");
      expect(await page.getByRole("button", { name: "Send" }).isVisible()).toBe(true);
    });
  });

  it("runs nothing where it is read-only", async () => {
    await expectInspected(
      browser,
      supportDesk(),
      async (page) => {
        await page.getByText("This page is read-only").waitFor();
        expect(await page.getByLabel("Message").isHidden()).toBe(true);
        expect(await page.getByRole("button", { name: "New thread" }).isHidden()).toBe(true);
      },
      { readOnly: true },
    );
  });

  it("draws a swarm that comes without a drawing", async () => {
    await expectInspected(
      browser,
      supportDesk(),
      async (page) => {
        await say(page, question);
        await expectStatus(page, "Waiting for you");
        expect(await page.locator("#graph [data-edge]").count()).toBe(7);
        expect(await agentsWith(page, "is-active")).toEqual(["refunds"]);
        expect(await edgesWith(page, "is-highlighted")).toEqual(["billing→refunds", "triage→billing"]);
      },
      { draw: undefined },
    );
  });
});
