import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { plainText, processIo, readAll } from "../src/io.ts";
import type { Io, ProcessEnds } from "../src/io.ts";

const ioOf = (env: Readonly<Record<string, string>>, stdout: object, stdin: object = {}): Io =>
  processIo({ cwd: () => "/here", env, stdin, stdout, stderr: {} } as unknown as ProcessEnds, {
    loaded: new Set(),
    signal: new AbortController().signal,
  });

describe("the ends of a process", () => {
  it("have colours on a terminal, unless the environment says otherwise", () => {
    const terminal = { isTTY: true, columns: 200 };
    expect(ioOf({}, terminal, { isTTY: true })).toMatchObject({ hasColor: true, isInteractive: true, width: 120 });
    expect(ioOf({}, { isTTY: true, columns: 10 })).toMatchObject({ isInteractive: false, isTerminal: true, width: 40 });
    expect(ioOf({ NO_COLOR: "1" }, terminal).hasColor).toBe(false);
    expect(ioOf({ TERM: "dumb" }, terminal).hasColor).toBe(false);
    expect(ioOf({}, {})).toMatchObject({ hasColor: false, isTerminal: false, width: 80, cwd: "/here" });
    expect(ioOf({ FORCE_COLOR: "1" }, {}).hasColor).toBe(true);
    expect(ioOf({ FORCE_COLOR: "0" }, {}).hasColor).toBe(false);
  });

  it("read texts and bytes alike, also where a character is cut in two", async () => {
    const bytes = Buffer.from("é!");
    expect(await readAll(Readable.from([bytes.subarray(0, 1), bytes.subarray(1)]))).toBe("é!");
    expect(await readAll(Readable.from(["a", "b"]))).toBe("ab");
  });

  it("get no text that steers a terminal", () => {
    expect(plainText("a\r\nb\tc\u001b[31m\u009bd\u2066e")).toBe("a\nb\tc [31m d e");
  });
});
