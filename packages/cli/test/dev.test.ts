import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runHere } from "./in-process.ts";
import type { Ran } from "./in-process.ts";
import { DESK, workspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

let here: Workspace;
beforeAll(async () => {
  here = await workspace({ "desk.ts": DESK });
});
afterAll(() => here.remove());

/** A command that goes on until it is stopped: its lines as JSON, one after the other. */
function started(args: readonly string[]): { line: () => Promise<Record<string, string>>; stop: () => Promise<Ran> } {
  const stop = new AbortController();
  const lines: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  const ran = runHere(args, {
    cwd: here.directory,
    signal: stop.signal,
    onOutput: (text) => {
      for (const line of text.split("\n").filter(Boolean)) {
        const next = waiting.shift();
        if (next === undefined) lines.push(line);
        else next(line);
      }
    },
  });
  return {
    line: async () => {
      const line = lines.shift() ?? (await new Promise<string>((resolve) => waiting.push(resolve)));
      return JSON.parse(line) as Record<string, string>;
    },
    stop: () => {
      stop.abort(new DOMException("stopped", "AbortError"));
      return ran;
    },
  };
}

const say = async (url: string, input: string): Promise<string> => {
  const headers = { "content-type": "application/json" };
  return (await fetch(url, { method: "POST", headers, body: JSON.stringify({ input }) })).text();
};

/** What the page's feed tells, from its first word to its end; a page comes back then. */
async function feedOf(inspector: string): Promise<{ opened: Promise<string>; whole: Promise<string> }> {
  const response = await fetch(`${inspector}feed`);
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  const opened = reader.read().then(({ value = "" }) => value);
  const rest = async (): Promise<string> => {
    let text = await opened;
    for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) text += value;
    return text;
  };
  return { opened, whole: rest() };
}

describe("dev", () => {
  it("serves the page and the events, loads a swarm that changes again, and keeps the last that was sound", async () => {
    const { line, stop } = started(["dev", "desk.ts", "--port", "0", "--json"]);
    const { inspector = "", events = "", url } = await line();
    expect(inspector).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/$/u);
    const page = await fetch(inspector);
    expect({ status: page.status, type: page.headers.get("content-type") }).toMatchObject({
      status: 200,
      type: expect.stringContaining("html"),
    });
    expect(await (await fetch(`${inspector}graph`)).json()).toMatchObject({
      header: { swarm: "desk" },
      svg: expect.stringContaining('data-agent="billing"'),
      canRun: true,
      hasThreads: true,
    });
    expect((await fetch(`${url}/v1/models`)).status).toBe(200);
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
    const feed = await feedOf(inspector);
    expect(await feed.opened).toContain('event: hello\ndata: {"version":"0"');
    expect(await say(events, "Hi")).toContain("Hello!");

    const source = await readFile(here.path("desk.ts"), "utf8");
    await writeFile(here.path("desk.ts"), source.replace("Hello!", "Good morning!"));
    expect(await line()).toEqual({ reloaded: 1 });
    // The page was told of the run, and is let go: it comes back to the new version.
    expect(await feed.whole).toContain('"type":"run.done"');
    expect(await (await fetch(`${inspector}graph`)).json()).toMatchObject({ version: "1" });
    expect(await say(events, "Hi")).toContain("Good morning!");

    await writeFile(here.path("desk.ts"), "export const port = 1;");
    expect(await line()).toMatchObject({ failed: "SWARM_MISSING" });
    expect(await say(events, "Hi")).toContain("Good morning!");
    await writeFile(here.path("desk.ts"), source);
    expect(await line()).toEqual({ reloaded: 3 });

    const second = await runHere(["dev", "desk.ts", "--port", String(new URL(events).port)], { cwd: here.directory });
    expect(second).toMatchObject({ code: 1, err: expect.stringContaining("is in use. Choose another with --port") });
    expect(await stop()).toMatchObject({ code: 0 });
    await expect(fetch(events)).rejects.toThrow("fetch failed");
  });

  it("says where everything is, and why a request failed", async () => {
    const stop = new AbortController();
    let seen = "";
    const ran = runHere(["dev", "desk.ts", "--port", "0", "--no-reload"], {
      cwd: here.directory,
      signal: stop.signal,
      onOutput: (text) => {
        seen += text;
        const [, events] = /^Events {5}POST (\S+)$/mu.exec(text) ?? [];
        if (events !== undefined) void say(events, "please fail").then(() => stop.abort());
      },
    });
    expect(await ran).toMatchObject({ code: 0 });
    expect(seen).toMatch(/^Inspector {2}http/mu);
    expect(seen).toMatch(/^AG-UI {6}http\S+\/ag-ui\/desk$/mu);
    expect(seen).toMatch(/^POST \/events\/desk: .*the model broke/mu);
  });
});

describe("replay --page", () => {
  it("shows a recording on the inspector's page, which can run nothing", async () => {
    const { out } = await runHere(["run", "desk.ts", "Hi", "--json"], { cwd: here.directory });
    await writeFile(here.path("run.jsonl"), out);
    const { line, stop } = started(["replay", "run.jsonl", "--page", "--port", "0", "--json"]);
    const { inspector = "" } = await line();
    expect(await (await fetch(`${inspector}recording`)).text()).toBe(out);
    expect(await (await fetch(`${inspector}graph`)).json()).toMatchObject({ canRun: false, hasRecording: true });
    expect(await stop()).toMatchObject({ code: 0 });
  });

  it("says that a port is in use", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    const ran = await runHere(["replay", "run.jsonl", "--page", "--port", String(port)], { cwd: here.directory });
    taken.close();
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining(`port ${port} is in use`) });
  });
});
