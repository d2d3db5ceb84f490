import { ToolMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { chooseSearchProvider, offlineCollection, webSearchTool } from "../src/index.ts";
import type { SearchProvider, SearchResult, WebSearchArtifact } from "../src/index.ts";

const call = (query: string) => ({ type: "tool_call" as const, id: "call-1", name: "web_search", args: { query } });

const fixed = (results: SearchResult[]): SearchProvider => ({ name: "fixed", search: async () => results });

describe("webSearchTool", () => {
  it("gives the model numbered text and the program references", async () => {
    const favicon = "https://example.com/i.ico";
    const tool = webSearchTool({
      provider: fixed([
        { title: "One", url: "https://example.com/1", description: "First", favicon },
        { title: "Two", url: "https://example.com/2", description: "" },
      ]),
    });
    const message = (await tool.invoke(call("x"))) as ToolMessage<never> & { artifact: WebSearchArtifact };
    expect(message).toBeInstanceOf(ToolMessage);
    expect(message.content).toBe("1. One\n   https://example.com/1\n   First\n2. Two\n   https://example.com/2");
    expect(message.artifact.references).toEqual([
      { tool: "web_search", title: "One", url: "https://example.com/1", description: "First", favicon },
      { tool: "web_search", title: "Two", url: "https://example.com/2", description: "" },
    ]);
  });

  it("never shows a private address, whatever the provider returns, nor more than its limit", async () => {
    const results = [
      "http://localhost/a",
      "http://[::ffff:10.0.0.1]/",
      "https://example.com/1",
      "https://example.com/2",
    ];
    const provider = fixed(results.map((url) => ({ title: url, url, description: "" })));
    const message = await webSearchTool({ provider, maxResults: 1 }).invoke(call("x"));
    expect(message.content).toBe("1. https://example.com/1\n   https://example.com/1");
  });

  it("says that nothing was found", async () => {
    expect(await webSearchTool({ provider: fixed([]) }).invoke({ query: "nothing" })).toBe('No results for "nothing".');
  });

  it("passes the limit and the call's signal on, and rejects with what the provider rejects with", async () => {
    const reason = new Error("stopped");
    const controller = new AbortController();
    const provider: SearchProvider = {
      name: "hanging",
      search: (_, { maxResults, signal }) =>
        new Promise((_resolve, reject) => {
          expect(maxResults).toBe(3);
          signal?.addEventListener("abort", () => reject(signal.reason));
          controller.abort(reason);
        }),
    };
    const tool = webSearchTool({ provider, maxResults: 3 });
    await expect(tool.invoke({ query: "x" }, { signal: controller.signal })).rejects.toThrow("stopped");
  });

  it("refuses an empty query and a limit that is none", async () => {
    await expect(webSearchTool({ provider: fixed([]) }).invoke({ query: " " })).rejects.toThrow("schema");
    expect(() => webSearchTool({ provider: fixed([]), maxResults: 0 })).toThrow("maxResults is 0");
  });
});

describe("offlineCollection", () => {
  it.each([
    ["What is the current fed funds rate in the US?", "United States Fed Funds Interest Rate", "4.50 percent"],
    ["ECB deposit interest rate", "ECB deposit facility rate", "2.00 percent"],
  ])("finds %j in the bundled sample, and says that it is one", async (query, title, text) => {
    const [first] = await offlineCollection().search(query, { maxResults: 3 });
    expect(first?.title).toBe(`${title} (bundled sample)`);
    expect(first?.description).toMatch(/^Bundled sample, not a live search: /);
    expect(first?.description).toContain(text);
  });

  it("searches documents of one's own, private ones left out", async () => {
    const documents = [
      {
        title: "Opening hours",
        text: "We open at nine.",
        url: "https://shop.example/hours",
        favicon: "https://shop.example/i.png",
      },
      { title: "Opening internal", text: "The alarm code.", url: "http://intranet/opening" },
    ];
    const found = await offlineCollection(documents).search("opening", { maxResults: 5 });
    expect(found).toEqual([
      {
        title: "Opening hours",
        url: "https://shop.example/hours",
        description: "We open at nine.",
        favicon: "https://shop.example/i.png",
      },
    ]);
  });

  it("keeps to the limit and to the signal", async () => {
    const provider = offlineCollection();
    expect(await provider.search("interest rate", { maxResults: 2 })).toHaveLength(2);
    expect(await provider.search("zzzzzz", { maxResults: 2 })).toEqual([]);
    await expect(provider.search("rate", { maxResults: 1, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    await expect(provider.search("rate", { maxResults: -1 })).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });
});

describe("chooseSearchProvider", () => {
  it.each([
    [{}, "offline"],
    [{ TAVILY_API_KEY: " ", EXA_API_KEY: undefined }, "offline"],
    [{ EXA_API_KEY: "k" }, "exa"],
    [{ EXA_API_KEY: "k", BRAVE_API_KEY: "k" }, "brave"],
    [{ EXA_API_KEY: "k", BRAVE_API_KEY: "k", TAVILY_API_KEY: "k" }, "tavily"],
    [{ TAVILY_API_KEY: "k", SEARXNG_URL: "https://search.example.com" }, "searxng"],
  ])("reads %j as %s", (env, name) => {
    expect(chooseSearchProvider(env).name).toBe(name);
  });

  it("lets a private SearXNG through only when told to", () => {
    const env = { SEARXNG_URL: "http://localhost:8080" };
    expect(() => chooseSearchProvider(env)).toThrow(expect.objectContaining({ code: "ADDRESS_REFUSED" }));
    expect(chooseSearchProvider(env, { allowPrivate: true }).name).toBe("searxng");
  });
});
