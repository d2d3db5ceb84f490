import { readFile } from "node:fs/promises";
import { tool } from "@langchain/core/tools";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { expectInspected, expectStatus, openBrowser, say } from "./support.ts";
import type { Browser, Page } from "./support.ts";

const PAYLOAD = `"'></p></pre><img src=x onerror="globalThis.broken=1"><script>globalThis.broken=1</script><svg onload="globalThis.broken=1">`;

const recording = new URL("../observe/golden/approval.jsonl", import.meta.url);

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

async function expectOnlyText(page: Page): Promise<void> {
  for (const name of ["Events", "State", "Tokens", "Timeline"]) {
    await page.getByRole("tab", { name }).click();
    // A frame, and with it the panel, is drawn before the next one is asked for.
    await page.evaluate(() => new Promise((drawn) => (globalThis as unknown as Frames).requestAnimationFrame(drawn)));
  }
  expect(await page.evaluate(() => (globalThis as { broken?: unknown }).broken)).toBeUndefined();
  expect(await page.locator("img[src=x], body script, svg[onload], foreignObject, [onerror]").count()).toBe(0);
}

interface Frames {
  requestAnimationFrame(drawn: (time: number) => void): void;
}

/** Every text of a JSON value, but for the names that steer the page, as the payload. */
function poisoned(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => poisoned(item, key));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, poisoned(inner, name)]));
  }
  const steers = ["type", "format", "runId", "hash", "needs", "approval", "decision", "kind", "status"];
  return typeof value === "string" && !steers.includes(key) ? `${value}${PAYLOAD}` : value;
}

describe("the inspector's page shows as text", () => {
  it("whatever models, tools and users say, and how agents are described", async () => {
    const peek = tool(() => `result ${PAYLOAD}`, {
      name: "peek",
      description: PAYLOAD,
      schema: z.object({ text: z.string() }),
    });
    const first = scriptedModel()
      .tool("peek", { text: `args ${PAYLOAD}` }, { text: `text ${PAYLOAD}` })
      .handoff("nobody", { reason: PAYLOAD })
      .handoff("second", { reason: `reason ${PAYLOAD}` });
    const second = scriptedModel()
      .tool("peek", { text: "again" })
      .fail(new Error(`error ${PAYLOAD}`));
    const swarm = new SwarmAgent({
      name: `swarm ${PAYLOAD}`,
      entry: "first",
      agents: {
        first: { model: first, description: `first ${PAYLOAD}`, tools: [peek], canHandoffTo: ["second"] },
        second: { model: second, tools: [peek], canHandoffTo: [], retry: false },
      },
    });
    await expectInspected(browser, swarm.compile(), async (page) => {
      await say(page, `message ${PAYLOAD}`);
      await expectStatus(page, "Failed");
      const log = await page
        .locator("#log")
        .evaluate((element) => (element as unknown as { textContent: string }).textContent);
      for (const part of ["message", "text", "args", "result", "reason", "error"]) {
        const said = part === "args" ? JSON.stringify(PAYLOAD).slice(1, -1) : PAYLOAD;
        expect(log).toContain(`${part} ${said}`);
      }
      expect(await page.locator("#swarm-name").textContent()).toBe(`swarm ${PAYLOAD}`);
      await page.locator(".agent summary").first().click();
      await page.locator(".agent").first().getByText(`first ${PAYLOAD}`).waitFor();
      await expectOnlyText(page);
    });
  });

  it("whatever stands in a recording, names included", async () => {
    const lines = (await readFile(recording, "utf8")).trim().split("\n");
    const bad = lines.map((line) => JSON.stringify(poisoned(JSON.parse(line)))).join("\n");
    await expectInspected(
      browser,
      undefined,
      async (page) => {
        await page.locator("#replay-place").getByText("run.done").waitFor();
        expect(await page.locator("#graph [data-agent]").count()).toBe(2);
        await expectOnlyText(page);
        for (const [index, line] of lines.slice(1).entries()) {
          if (!line.includes('"run.interrupted"')) continue;
          await page.getByRole("slider", { name: "Place in the recording" }).fill(String(index + 1));
          await page.locator("#approval").waitFor();
          await expectOnlyText(page);
        }
      },
      { recording: bad },
    );
  });

  it("and strips a drawing of all that is no picture", async () => {
    const svg = [
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="globalThis.broken=1" width="100" height="50">`,
      `<script>globalThis.broken=1</script><style>@import "http://127.0.0.1:1/x.css";</style>`,
      `<foreignObject><img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="globalThis.broken=1"/></foreignObject>`,
      `<a xlink:href="javascript:globalThis.broken=1"><text>a link</text></a><image href="http://127.0.0.1:1/x.png"/>`,
      `<use href="http://127.0.0.1:1/x.svg#a"/><g data-agent="a" onclick="globalThis.broken=1" style="color:red">`,
      `<rect class="swarm-box" x="1" y="1" width="40" height="20" fill="url(http://127.0.0.1:1/x.svg#b)"/></g></svg>`,
    ].join("");
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hello!") } } });
    await expectInspected(
      browser,
      swarm.compile(),
      async (page) => {
        await say(page, "Hi");
        await expectStatus(page, "Done");
        await page.locator("#graph rect").click();
        expect(
          await page
            .locator("#graph svg")
            .evaluate((element) => (element as unknown as { outerHTML: string }).outerHTML),
        ).toBe(
          '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50">' +
            '<g data-agent="a" class="is-active is-highlighted"><rect class="swarm-box" x="1" y="1" width="40" height="20"></rect></g></svg>',
        );
        await expectOnlyText(page);
      },
      // The drawing is stripped once it is parsed; the policy speaks up while it is.
      { svg, explained: /^(?:Applying inline style|Executing inline event handler) violates/u },
    );
  });
});
