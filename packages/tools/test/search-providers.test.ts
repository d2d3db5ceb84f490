import { describe, expect, it } from "vitest";
import { brave, exa, searxng, tavily, ToolsError } from "../src/index.ts";
import type { HttpProviderOptions, SearchProvider } from "../src/index.ts";
import { answer, serve } from "./loopback.ts";
import type { Received } from "./loopback.ts";

type Local = HttpProviderOptions & { readonly baseURL: string };

interface Api {
  readonly create: (options: Local) => SearchProvider;
  readonly answered: unknown;
  readonly empty: unknown;
  readonly expectRequest: (request: Received) => void;
  readonly favicon?: string;
}

const page = { title: "ECB rates", url: "https://www.ecb.europa.eu/rates" };
const favicon = "https://www.ecb.europa.eu/favicon.ico";

const apis: Readonly<Record<string, Api>> = {
  searxng: {
    create: (options) => searxng(options),
    answered: { results: [{ ...page, content: "Deposit rate" }] },
    empty: { results: [] },
    expectRequest: ({ method, url }) => {
      expect([method, url.pathname]).toEqual(["GET", "/search"]);
      expect(Object.fromEntries(url.searchParams)).toEqual({ q: "ecb & fed", format: "json" });
    },
  },
  tavily: {
    create: (options) => tavily({ apiKey: "key-1", ...options }),
    answered: { results: [{ ...page, content: "Deposit rate", favicon }] },
    empty: { results: [] },
    expectRequest: ({ method, url, headers, body }) => {
      expect([method, url.pathname, headers.authorization]).toEqual(["POST", "/search", "Bearer key-1"]);
      expect(JSON.parse(body)).toEqual({ query: "ecb & fed", max_results: 2, include_favicon: true });
    },
    favicon,
  },
  brave: {
    create: (options) => brave({ apiKey: "key-1", ...options }),
    answered: { web: { results: [{ ...page, description: "<strong>Deposit</strong> rate", meta_url: { favicon } }] } },
    empty: { type: "search" },
    expectRequest: ({ method, url, headers }) => {
      expect([method, url.pathname]).toEqual(["GET", "/res/v1/web/search"]);
      expect(headers["x-subscription-token"]).toBe("key-1");
      expect(Object.fromEntries(url.searchParams)).toEqual({ q: "ecb & fed", count: "2", text_decorations: "false" });
    },
    favicon,
  },
  exa: {
    create: (options) => exa({ apiKey: "key-1", ...options }),
    answered: { results: [{ ...page, text: "Deposit rate", favicon }] },
    empty: { results: [] },
    expectRequest: ({ method, url, headers, body }) => {
      expect([method, url.pathname, headers["x-api-key"]]).toEqual(["POST", "/search", "key-1"]);
      expect(JSON.parse(body)).toMatchObject({ query: "ecb & fed", numResults: 2 });
    },
    favicon,
  },
};

describe.each(Object.entries(apis))("%s", (name, api) => {
  const search = (baseURL: string, options: HttpProviderOptions & { readonly signal?: AbortSignal } = {}) => {
    const { signal, ...rest } = options;
    return api.create({ allowPrivate: true, baseURL, ...rest }).search("ecb & fed", { maxResults: 2, signal });
  };
  const expectCode = async (searching: Promise<unknown>, code: string, status?: number) => {
    const error = await searching.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ToolsError);
    expect(error).toMatchObject({ code, status, message: expect.stringContaining(name) as string });
    expect((error as Error).message).not.toContain("key-1");
  };

  it("asks as its API wants it and reads the answer", async () => {
    const { baseURL, received } = await serve(answer(200, api.answered));
    expect(await search(baseURL)).toEqual([
      { ...page, description: "Deposit rate", ...(api.favicon && { favicon: api.favicon }) },
    ]);
    expect(received).toHaveLength(1);
    for (const request of received) api.expectRequest(request);
  });

  it("finds nothing where nothing is", async () => {
    const { baseURL } = await serve(answer(200, api.empty));
    expect(await search(baseURL)).toEqual([]);
  });

  it.each([
    [401, "SEARCH_UNAUTHORIZED"],
    [403, "SEARCH_UNAUTHORIZED"],
    [429, "SEARCH_RATE_LIMITED"],
    [500, "SEARCH_FAILED"],
  ])("tells HTTP %i by a code, asks once, and leaves the key out", async (status, code) => {
    const { baseURL, received } = await serve(answer(status, "key-1 is wrong"));
    await expectCode(search(baseURL), code, status);
    expect(received).toHaveLength(1);
  });

  it("does not follow a redirect", async () => {
    const { baseURL, received } = await serve(answer(302, "", { location: "/elsewhere" }));
    await expectCode(search(baseURL), "SEARCH_FAILED", 302);
    expect(received).toHaveLength(1);
  });

  it.each(["<html>", '{"results": 5, "web": 5}', "[]", "null", '{"web":{}}'])(
    "refuses %s as an answer",
    async (body) => {
      const { baseURL } = await serve(answer(200, body));
      await expectCode(search(baseURL), "SEARCH_MALFORMED");
    },
  );

  it("reads no more than an answer can be", async () => {
    const { baseURL } = await serve(answer(200, `"${"x".repeat(5_000_000)}"`));
    await expectCode(search(baseURL), "SEARCH_MALFORMED");
  });

  it("gives up in time, before the head and in the middle of the body", async () => {
    const silent = await serve(() => undefined);
    await expectCode(search(silent.baseURL, { timeoutMs: 50 }), "SEARCH_TIMEOUT");
    const halting = await serve((response) => void response.writeHead(200).write("{"));
    await expectCode(search(halting.baseURL, { timeoutMs: 100 }), "SEARCH_TIMEOUT");
  });

  it("tells a server that is not there", async () => {
    await expectCode(search("http://127.0.0.1:1"), "SEARCH_FAILED");
  });

  it("rejects with the signal's reason, before and during the search", async () => {
    const reason = new Error("stopped by the user");
    const controller = new AbortController();
    const { baseURL, received } = await serve(() => controller.abort(reason));
    await expect(search(baseURL, { signal: controller.signal })).rejects.toBe(reason);
    await expect(search(baseURL, { signal: controller.signal })).rejects.toBe(reason);
    expect(received).toHaveLength(1);
  });

  it("takes whole numbers only as limits", async () => {
    expect(() => api.create({ baseURL: "https://search.example.com", timeoutMs: 0 })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
    const provider = api.create({ baseURL: "https://search.example.com" });
    await expect(provider.search("x", { maxResults: 1.5 })).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });
});
