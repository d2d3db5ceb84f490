import { describe, expect, it } from "vitest";
import { brave, exa, searxng, tavily } from "../src/index.ts";
import { answer, serve } from "./loopback.ts";

const page = { title: "ECB rates", url: "https://www.ecb.europa.eu/rates" };

describe("an answer in parts", () => {
  const read = async (results: readonly unknown[], maxResults = 10) => {
    const { baseURL } = await serve(answer(200, { results }));
    return searxng({ baseURL, allowPrivate: true }).search("x", { maxResults });
  };

  it("leaves out what is not a result and what is not at a public address", async () => {
    const results = [
      5,
      null,
      {},
      { url: "not a url" },
      { url: "http://127.0.0.1/x" },
      { url: "javascript:alert(1)" },
      page,
    ];
    expect(await read(results)).toEqual([{ ...page, description: "" }]);
  });

  it("returns no more than was asked for, and names a page without a title by its address", async () => {
    const results = ["a", "b", "c"].map((path) => ({ url: `https://example.com/${path}` }));
    expect((await read(results, 2)).map(({ title }) => title)).toEqual([
      "https://example.com/a",
      "https://example.com/b",
    ]);
  });

  it("makes plain text of one line of a description", async () => {
    const content = `A <b>bold</b> &amp; "quoted" &#39;text&#39; &unknown;\u0000\n over\u202Elines`;
    const [result] = await read([{ ...page, content }]);
    expect(result?.description).toBe(`A bold & "quoted" 'text' &unknown; over lines`);
    const [long] = await read([{ ...page, content: "word ".repeat(1000) }]);
    expect(long?.description).toMatch(/word…$/);
    expect(long?.description.length).toBeLessThanOrEqual(600);
  });

  it("leaves a private icon away", async () => {
    const { baseURL } = await serve(
      answer(200, {
        results: [
          { ...page, favicon: "http://10.0.0.1/i.ico" },
          { ...page, favicon: 5 },
        ],
      }),
    );
    const found = await tavily({ apiKey: "k", baseURL, allowPrivate: true }).search("x", { maxResults: 5 });
    expect(found).toEqual([
      { ...page, description: "" },
      { ...page, description: "" },
    ]);
  });
});

describe("a provider's options", () => {
  it.each([
    ["http://localhost:8080", "allowPrivate"],
    ["http://192.168.1.2", "allowPrivate"],
    ["http://[::1]:8080/", "allowPrivate"],
    ["http://searxng:8080", "allowPrivate"],
    ["ftp://search.example.com", "plain http"],
    ["https://user:pass@search.example.com", "plain http"],
    ["search", "not a URL"],
  ])("refuses the base URL %s", (baseURL, wayOut) => {
    expect(() => searxng({ baseURL })).toThrow(expect.objectContaining({ code: "ADDRESS_REFUSED" }));
    expect(() => searxng({ baseURL })).toThrow(wayOut);
  });

  it.each(["file:///etc/passwd", "https://user:pass@localhost"])("refuses %s with allowPrivate as well", (baseURL) => {
    expect(() => searxng({ baseURL, allowPrivate: true })).toThrow(
      expect.objectContaining({ code: "ADDRESS_REFUSED" }),
    );
  });

  it("keeps the path of a base URL", async () => {
    const { baseURL, received } = await serve(answer(200, { results: [] }));
    await searxng({ baseURL: `${baseURL}/engine`, allowPrivate: true }).search("x", { maxResults: 1 });
    expect(received.map(({ url }) => url.pathname)).toEqual(["/engine/search"]);
  });

  it.each(["", " ", "with space", "line\nbreak", "ключ"])("refuses the key %j", (apiKey) => {
    for (const create of [tavily, brave, exa]) {
      expect(() => create({ apiKey })).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
    }
  });
});
