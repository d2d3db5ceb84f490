import { describe, expect, it, vi } from "vitest";
import { memoryFileStore } from "../src/index.ts";
import type { FileStore } from "../src/index.ts";
import { draw, interpret, line } from "./interpret.ts";

// Each chart starts a process, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

describe("PNG", () => {
  it("is made where resvg can be imported", async () => {
    const asked: string[] = [];
    class Resvg {
      readonly svg: string;
      constructor(svg: string) {
        this.svg = svg;
      }
      render() {
        return { asPng: () => new TextEncoder().encode(`PNG of ${this.svg.length}`) };
      }
    }
    const importModule = async (name: string) => {
      asked.push(name);
      return { Resvg };
    };
    const { files, stored } = await draw(line, { importModule });
    expect(asked).toEqual(["@resvg/resvg-js"]);
    expect(files.map(({ fileName, fileType }) => [fileName, fileType])).toEqual([
      ["chart-1.svg", "image/svg+xml"],
      ["chart-1.png", "image/png"],
    ]);
    expect(new TextDecoder().decode(stored[1]?.data)).toBe(`PNG of ${stored[0]?.data.byteLength}`);
  });
});

describe("the file store", () => {
  it("tells the code that a chart is too large", async () => {
    const { text, files } = await draw(line, { files: memoryFileStore({ maxFileBytes: 100 }) });
    expect(text).toMatch(/^Error: file "chart-1\.svg" has \d+ bytes, and a file may have 100\./);
    expect(files).toEqual([]);
  });

  it("passes its own failure on to the program, not to the code", async () => {
    const failure = new Error("disk at /secret/place is full");
    const files: FileStore = { put: () => Promise.reject(failure), get: async () => undefined };
    const code = `try { chart.draw(${JSON.stringify(line)}) } catch (e) { console.log(e.message) }`;
    await expect(interpret(code, { files })).rejects.toThrow(failure);
  });

  it("keeps copies, knows only its own ids, and lets the oldest go", async () => {
    const files = memoryFileStore({ maxBytes: 5, maxFileBytes: 10 });
    const data = new Uint8Array([1, 2, 3]);
    const first = await files.put({ fileName: "a.bin", fileType: "application/octet-stream", data });
    data[0] = 9;
    const found = await files.get(first.fileId);
    expect(found).toEqual({ fileName: "a.bin", fileType: "application/octet-stream", data: new Uint8Array([1, 2, 3]) });
    found?.data.fill(0);
    expect((await files.get(first.fileId))?.data[0]).toBe(1);
    const second = await files.put({ fileName: "b.bin", fileType: "application/octet-stream", data });
    expect(await files.get(first.fileId)).toBeUndefined();
    expect(await files.get(second.fileId)).toBeDefined();
    expect(await files.get("__proto__")).toBeUndefined();
    await expect(files.put({ fileName: "c.bin", fileType: "x/y", data: new Uint8Array(6) })).rejects.toMatchObject({
      code: "FILE_TOO_LARGE",
    });
    expect(() => memoryFileStore({ maxBytes: 0 })).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });
});
