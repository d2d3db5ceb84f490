import { mkdir, readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEventFeed } from "swarmgraph";
import { axeFindings, expectInspected, expectStatus, openBrowser, runElsewhere, say, supportDesk } from "./support.ts";
import type { Browser, InspectOptions, Page } from "./support.ts";

const screens = new URL("../../docs/screens/", import.meta.url);
const recording = new URL("../observe/golden/approval.jsonl", import.meta.url);

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
  await mkdir(screens, { recursive: true });
});
afterAll(() => browser.close());

/** Writes a picture for the documentation, where asked to: `UPDATE_SCREENS=1`. In the dark, one says enough. */
async function shoot(page: Page, name: string): Promise<void> {
  if (process.env["UPDATE_SCREENS"] !== "1" || (name.endsWith("-dark") && name !== "run-dark")) return;
  await page.evaluate(() => new Promise((drawn) => setTimeout(drawn, 1_600)));
  await page.screenshot({ path: new URL(`${name}.png`, screens).pathname });
}

/** A clock that goes on by a tenth of a second with each event. */
function clock(): () => number {
  let now = Date.UTC(2026, 0, 1);
  return () => (now += 90);
}

/** Whether anything reaches over the window's right edge, or a line of the head lies on another. */
async function expectFits(page: Page): Promise<void> {
  const { width = 0 } = page.viewportSize() ?? {};
  const wide = await page.locator("body *:visible").evaluateAll(
    (elements, limit) =>
      elements.flatMap((element) => {
        const { tagName, id, className, getBoundingClientRect } = element as unknown as Shown;
        const { right, width: own } = getBoundingClientRect.call(element);
        return own > 1 && right > limit + 1 ? [`${tagName}#${id}.${String(className)} ${right}`] : [];
      }),
    width,
  );
  expect(wide).toEqual([]);
  const boxes = await page.locator(".title:visible, .counts > div:visible, .actions > *:visible").all();
  const rects = await Promise.all(boxes.map((box) => box.boundingBox()));
  const overlaps = rects.flatMap((a, i) =>
    rects
      .slice(i + 1)
      .filter(
        (b) =>
          a !== null &&
          b !== null &&
          a.x < b.x + b.width &&
          b.x < a.x + a.width &&
          a.y < b.y + b.height &&
          b.y < a.y + a.height,
      ),
  );
  expect(overlaps).toEqual([]);
}

interface Shown {
  readonly tagName: string;
  readonly id: string;
  readonly className: unknown;
  getBoundingClientRect(): { readonly right: number; readonly width: number };
}

function seen(colorScheme: "light" | "dark", width = 1280): Partial<InspectOptions> {
  const now = clock();
  // axe is a script from outside, which the page's policy would not let in.
  return { browser: { colorScheme, bypassCSP: true, viewport: { width, height: 800 } }, run: () => ({ now }) };
}

describe.each(["light", "dark"] as const)("the inspector's page in %s", (scheme) => {
  it("meets WCAG AA in each of its views, and fits into 1280 by 800", async () => {
    await expectInspected(
      browser,
      supportDesk(),
      async (page) => {
        expect(await axeFindings(page)).toEqual([]);
        await expectFits(page);
        await say(page, "I was charged twice for order A-1042.");
        await expectStatus(page, "Waiting for you");
        await shoot(page, `approval-${scheme}`);
        await page.locator(".tool summary").first().click();
        for (const name of ["Events", "State", "Tokens", "Timeline"]) {
          await page.getByRole("tab", { name }).click();
          if (name === "Events") await page.locator(".event summary").nth(11).click();
          await expectFits(page);
          expect(await axeFindings(page)).toEqual([]);
          if (name !== "Timeline") await shoot(page, `${name.toLowerCase()}-${scheme}`);
        }
        await page.getByRole("radio", { name: "Deny" }).check();
        expect(await axeFindings(page)).toEqual([]);
        await page.getByRole("radio", { name: "Approve" }).check();
        await page.getByRole("button", { name: "Send answer" }).click();
        await expectStatus(page, "Done");
        await page.getByText("Export", { exact: true }).click();
        expect(await axeFindings(page)).toEqual([]);
        await page.getByText("Export", { exact: true }).click();
        await shoot(page, `run-${scheme}`);
      },
      seen(scheme),
    );
  });

  it("meets WCAG AA with a run made elsewhere, on a page that is read-only, and fits into 400 pixels", async () => {
    const [graph, feed] = [supportDesk(), createEventFeed()];
    await runElsewhere(graph, feed, "I was charged twice for order A-1042.");
    await expectInspected(
      browser,
      graph,
      async (page) => {
        await page.getByLabel("Show", { exact: true }).selectOption("elsewhere");
        await expectStatus(page, "Waiting for you");
        expect(await page.getByRole("button", { name: "Go on with it here" }).isHidden()).toBe(true);
        expect(await axeFindings(page)).toEqual([]);
        await shoot(page, `follow-${scheme}`);
        await page.setViewportSize({ width: 400, height: 800 });
        expect(await axeFindings(page)).toEqual([]);
        await expectFits(page);
      },
      { ...seen(scheme), feed, readOnly: true },
    );
  });

  it("meets WCAG AA in a replay, and fits into 400 pixels", async () => {
    const text = await readFile(recording, "utf8");
    await expectInspected(
      browser,
      undefined,
      async (page) => {
        await expectStatus(page, "Done");
        for (const name of ["Graph", "Chat", "Details"]) {
          await page.getByRole("button", { name, exact: true }).click();
          await expectFits(page);
          expect(await axeFindings(page)).toEqual([]);
          await shoot(page, `narrow-${name.toLowerCase()}-${scheme}`);
        }
        await page.setViewportSize({ width: 1280, height: 800 });
        await expectFits(page);
        await shoot(page, `replay-${scheme}`);
      },
      { ...seen(scheme, 400), recording: text },
    );
  });
});

describe("the inspector's page", () => {
  it("is walked through by keyboard: tabs by arrows, a way past the head", async () => {
    await expectInspected(browser, supportDesk(), async (page) => {
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.locator("#message:focus").waitFor();
      await page.getByRole("tab", { name: "Timeline" }).focus();
      await page.keyboard.press("ArrowLeft");
      expect(await page.getByRole("tab", { name: "Tokens" }).getAttribute("aria-selected")).toBe("true");
      await page.keyboard.press("Home");
      expect(await page.locator("[role=tabpanel]:visible").getAttribute("id")).toBe("panel-timeline");
    });
  });

  it("keeps the theme that was chosen", async () => {
    await expectInspected(browser, supportDesk(), async (page) => {
      const background = () =>
        page.locator("body").evaluate((body) => {
          const { getComputedStyle } = globalThis as unknown as {
            getComputedStyle(of: unknown): { readonly backgroundColor: string };
          };
          return getComputedStyle(body).backgroundColor;
        });
      const light = await background();
      const theme = page.getByRole("button", { name: /^Theme/u });
      await theme.click();
      await theme.click();
      await page.getByText("Theme: dark").waitFor();
      await page.reload();
      await page.getByText("Theme: dark").waitFor();
      expect(await background()).not.toBe(light);
    });
  });

  it("holds a conversation in 400 pixels", async () => {
    await expectInspected(
      browser,
      supportDesk(),
      async (page) => {
        await say(page, "I was charged twice for order A-1042.");
        await expectStatus(page, "Waiting for you");
        await expectFits(page);
        await shoot(page, "narrow-approval-light");
        await page.getByRole("button", { name: "Graph", exact: true }).click();
        await expectFits(page);
      },
      seen("light", 400),
    );
  });
});
