import { describe, expect, it, vi } from "vitest";
import { codeInterpreterTool } from "../src/index.ts";
import { drawChart } from "../src/code-interpreter/chart.ts";
import { draw, interpret, line } from "./interpret.ts";
import { answer, serve } from "./loopback.ts";

// Each chart starts a process, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

/** Fails where tags do not match, or text holds a bare `<` or `&`. */
function expectWellFormed(svg: string): void {
  const open: string[] = [];
  const rest = svg.replaceAll(
    /<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g,
    (_, close, name: string, __, self) => {
      if (close === "/") expect(open.pop()).toBe(name);
      else if (self === "") open.push(name);
      return "";
    },
  );
  expect(open).toEqual([]);
  expect(rest).not.toContain("<");
  expect(svg.replaceAll(/&(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);/gi, "")).not.toContain("&");
}

describe("chart.draw", () => {
  it("keeps a well-formed SVG and names it in the artifact and in the text", async () => {
    const { text, files, stored } = await draw(line, {
      importModule: () => Promise.reject(new Error("not installed")),
    });
    expect(files).toEqual([
      {
        fileId: expect.any(String) as string,
        fileName: "chart-1.svg",
        fileType: "image/svg+xml",
        bytes: expect.any(Number) as number,
      },
    ]);
    expect(text).toBe(`=> chart-1.svg\nDrew chart-1.svg (image/svg+xml, file ${files[0]?.fileId}).`);
    expect(stored[0]?.data.byteLength).toBe(files[0]?.bytes);
    const svg = new TextDecoder().decode(stored[0]?.data);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).toContain("2024");
    expectWellFormed(svg);
  });

  it("draws the same spec to the same bytes", async () => {
    const [first, second] = await Promise.all([drawChart(JSON.stringify(line)), drawChart(JSON.stringify(line))]);
    expect(first).toBe(second);
  });

  it("draws what text rows hold as text", async () => {
    const svg = await drawChart(
      JSON.stringify({
        title: "</text><script>alert(1)</script>",
        data: { values: [{ url: "<b onclick='x'>&", n: 1 }] },
        mark: "bar",
        encoding: { x: { field: "url" }, y: { field: "n", type: "quantitative" } },
      }),
    );
    expectWellFormed(svg);
    expect(svg).not.toMatch(/<(?:script|b)\b/);
    expect(svg).toContain("&lt;script&gt;");
  });

  it("draws with expressions, without making code from them", async () => {
    const transform = [{ calculate: "datum.rate * 100", as: "points" }];
    const encoding = { ...line.encoding, y: { field: "points", type: "quantitative" } };
    expect(await drawChart(JSON.stringify({ ...line, transform, encoding }))).toContain("400");
    const evil = {
      ...line,
      transform: [{ calculate: "datum.rate.constructor.constructor('return process')()", as: "x" }],
    };
    await expect(drawChart(JSON.stringify(evil))).rejects.toMatchObject({ code: "CHART_INVALID" });
  });

  it("takes several charts, and text as a spec, awaited or not", async () => {
    const spec = JSON.stringify(line);
    const { files } = await interpret(`await chart.draw(${spec}); chart.draw('${spec}'); 1`);
    expect(files.map(({ fileName }) => fileName)).toEqual(["chart-1.svg", "chart-2.svg"]);
  });

  it.each<[string, unknown, string]>([
    ["data", { data: { url: "https://example.com/rows.csv" }, mark: "bar" }, "data.url"],
    ["a layer's data", { layer: [{ data: { url: "file:///etc/passwd" }, mark: "bar" }] }, "layer.0.data.url"],
    [
      "a lookup",
      { ...line, transform: [{ lookup: "a", from: { data: { url: "x" }, key: "a" } }] },
      "transform.0.from.data.url",
    ],
    ["an image mark", { ...line, mark: { type: "image", url: "http://127.0.0.1/x.png" } }, "mark.url"],
    ["an image channel", { ...line, mark: "image", encoding: { url: { value: "http://127.0.0.1/" } } }, "encoding.url"],
    ["a link", { ...line, encoding: { ...line.encoding, href: { value: "javascript:alert(1)" } } }, "encoding.href"],
  ])("refuses a URL in %s and says where", async (_, spec, place) => {
    await expect(drawChart(JSON.stringify(spec))).rejects.toMatchObject({
      code: "CHART_URL_REFUSED",
      message: `the chart has a URL at "${place}", and a chart loads nothing; put the rows themselves in data.values.`,
    });
    const { text, files } = await draw(spec);
    expect(text).toContain(`Error: the chart has a URL at "${place}"`);
    expect(files).toEqual([]);
  });

  it("loads nothing, wherever an address stands", async () => {
    const { baseURL, received } = await serve(answer(200, [{ a: 1 }]));
    const rows = [{ url: baseURL, href: baseURL }];
    const encoding = { description: { field: "url" }, x: { field: "url" } };
    const drawn = [
      { data: { values: rows }, mark: "image", encoding },
      { datasets: { a: rows }, data: { name: "a" }, mark: "bar", encoding },
      { data: { values: { url: baseURL } }, mark: "bar", encoding },
    ];
    for (const spec of drawn) {
      expect(await drawChart(JSON.stringify(spec))).not.toMatch(/xlink:href="[^"]/);
    }
    await expect(drawChart(JSON.stringify({ data: { url: baseURL }, mark: "bar" }))).rejects.toThrow("loads nothing");
    expect(received).toEqual([]);
  });

  it.each<[string, string, string]>([
    ["not a chart", '{"hello":1}', "Invalid specification"],
    ["an array", "[]", "not an object"],
    ["null", "null", "not an object"],
    ["not JSON", "bar", "not JSON"],
    ["larger than a picture can be", JSON.stringify({ ...line, width: 5000 }), "larger than 4096 pixels"],
  ])("refuses %s", async (_, spec, why) => {
    await expect(drawChart(spec)).rejects.toMatchObject({
      code: "CHART_INVALID",
      message: expect.stringContaining(why) as string,
    });
  });

  it("refuses what JSON cannot say, inside the sandbox", async () => {
    expect((await interpret("const a = {}; a.a = a; chart.draw(a)")).text).toMatch(/^TypeError: .*circular/i);
    expect((await interpret("chart.draw(undefined)")).text).toContain("not JSON");
  });

  it("survives a spec that asks for more memory or time than there is", async () => {
    const bomb = JSON.stringify({ data: { sequence: { start: 0, stop: 1e9 } }, mark: "point" });
    await expect(drawChart(bomb, { memoryMb: 64 })).rejects.toMatchObject({
      message: expect.stringContaining("memory") as string,
    });
    await expect(drawChart(bomb, { timeoutMs: 100 })).rejects.toMatchObject({
      message: "the chart cannot be drawn: it takes more than 100 ms; give it fewer rows.",
    });
  });

  it("stops with the signal's reason", async () => {
    const reason = new Error("stopped");
    const controller = new AbortController();
    const drawing = drawChart(JSON.stringify(line), { signal: controller.signal });
    controller.abort(reason);
    await expect(drawing).rejects.toBe(reason);
    await expect(drawChart(JSON.stringify(line), { signal: controller.signal })).rejects.toBe(reason);
  });

  it("stops when the run does, and then tells why the run stopped", async () => {
    const { text, files } = await draw(
      { data: { sequence: { start: 0, stop: 1e9 } }, mark: "point" },
      { timeoutMs: 300 },
    );
    expect(text).toMatch(/^Error: /);
    expect(files).toEqual([]);
    const controller = new AbortController();
    const reason = new Error("stopped");
    const tool = codeInterpreterTool();
    const running = tool.invoke({ code: "chart.draw({})" }, { signal: controller.signal });
    controller.abort(reason);
    await expect(running).rejects.toThrow("stopped");
  });

  it("draws eight charts in one run at most", async () => {
    const { text, files } = await interpret(
      `const errors = []; for (let i = 0; i < 10; i++) try { chart.draw({ mark: "bar", data: { url: "x" } }) } catch (e) { errors.push(e.message) }
      errors.at(-1)`,
    );
    expect(text).toBe("=> one run may draw 8 charts.");
    expect(files).toEqual([]);
  });
});
