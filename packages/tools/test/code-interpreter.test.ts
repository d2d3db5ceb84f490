import { describe, expect, it, vi } from "vitest";
import { codeInterpreterTool } from "../src/index.ts";
import type { CodeInterpreterToolOptions } from "../src/index.ts";

// Each run starts a sandbox, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const run = (code: string, options?: CodeInterpreterToolOptions): Promise<string> =>
  codeInterpreterTool(options).invoke({ code }) as Promise<string>;

describe("what comes back", () => {
  it.each([
    ["const r = 0.045;\nconst n = 10;\n(1000 * (1 + r) ** n).toFixed(2)", "=> 1552.97"],
    ["console.log('sum', 1 + 2); console.error({ a: [1, 'x'] }); 5", 'sum 3\n{ a: [1, "x"] }\n=> 5'],
    ["let a = 1", "The code ran without output."],
    [
      "await Promise.resolve([1n, -0, null, undefined, true, Symbol('s')])",
      "=> [1n, -0, null, undefined, true, Symbol(s)]",
    ],
    [
      "[new Map([['a', { b: 1 }]]), new Set([1]), new Map(), new Set(), {}, []]",
      '=> [Map { "a" => { b: 1 } }, Set { 1 }, Map {}, Set {}, {}, []]',
    ],
    [
      "[new Date(0), new Date(NaN), /a/g, new TypeError('t'), new Uint8Array([1, 2])]",
      "=> [1970-01-01T00:00:00.000Z, Invalid Date, /a/g, TypeError: t, [1, 2]]",
    ],
    [
      "class P { x = 1; 'a-b' = 2 }; [new P(), () => 1, function named() {}, Object.create(null)]",
      '=> [P { x: 1, "a-b": 2 }, [Function], [Function named], {}]',
    ],
    ["const o = {}; o.o = o; [o, Promise.resolve()]", "=> [{ o: [Circular] }, [Promise]]"],
    ["new Proxy({}, { ownKeys() { throw 1 } })", "=> [cannot be shown]"],
    ["Array.from({ length: 102 }, (_, i) => i).fill(7)", `=> [${"7, ".repeat(100)}… 2 more]`],
    [
      "[[[[[[[1]]]]]], { a: { a: { a: { a: { a: { a: 1 } } } } } }]",
      "=> [[[[[[[Array]]]]]], { a: { a: { a: { a: { a: [Object] } } } } }]",
    ],
  ])("of %j", async (code, text) => {
    expect(await run(code)).toBe(text);
  });

  it("is an error as text, with its line, after what was printed before it", async () => {
    expect(await run("console.log('before');\n\nthrow new RangeError('too far')")).toBe(
      "before\nRangeError: too far (line 3)",
    );
    expect(await run("const = 3")).toMatch(/^SyntaxError: .+ \(line 1\)$/);
    expect(await run("missing.name")).toBe("ReferenceError: missing is not defined (line 1)");
    expect(await run("throw 'a word'")).toBe("Error: a word");
  });

  it("shares nothing between two runs", async () => {
    const tool = codeInterpreterTool();
    expect(await tool.invoke({ code: "globalThis.kept = 1; Array.prototype.kept = 1; 0" })).not.toContain("kept = 1");
    expect(await tool.invoke({ code: "[typeof kept, typeof [].kept]" })).toBe('=> ["undefined", "undefined"]');
  });

  it("writes nothing to this process's output", async () => {
    const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write").mockReturnValue(true));
    const text = await run("console.log('secret'); globalThis.console.error('secret'); console.info('secret')");
    const written = spies.flatMap((spy) => spy.mock.calls.map(([chunk]) => String(chunk)));
    for (const spy of spies) spy.mockRestore();
    expect(text).toBe("secret\nsecret\nsecret");
    expect(written.join("")).not.toContain("secret");
  });
});

describe("limits", () => {
  const stopped = /^Error: the code was stopped, because it ran for more than 300 ms/;

  it("stop an endless loop, but keep what it printed", async () => {
    const text = await run("console.log('began'); for (;;) {}", { timeoutMs: 300 });
    expect(text.split("\n")).toEqual(["began", expect.stringMatching(stopped)]);
  });

  it.each([
    ["a promise that never settles", "await new Promise(() => {})"],
    ["an endless chain of promises", "const next = () => Promise.resolve().then(next); await next()"],
    ["a regular expression that backtracks", "/^(a+)+$/.test('a'.repeat(60) + 'b')"],
    ["a value whose text never ends", "({ get a() { for (;;) {} } })"],
  ])("stop %s", async (_, code) => {
    expect(await run(code, { timeoutMs: 300 })).toMatch(stopped);
  });

  it.each([
    ["growing arrays", "const a = []; for (;;) a.push(new Array(1e5).fill(1))"],
    ["one large array", "new Array(1e9).fill(1)"],
    ["a doubling string", "let s = 'x'.repeat(1e6); const all = []; for (;;) { s += s; all.push(s + 1) }"],
    ["a large buffer", "new ArrayBuffer(1e9)"],
  ])("stop an allocation bomb: %s", async (_, code) => {
    expect(await run(code, { memoryBytes: 16 * 1024 * 1024 })).toMatch(/^(?:InternalError|RangeError|Error): /);
  });

  it("stop a deep recursion, after which the next run works", async () => {
    expect(await run("const f = () => f() + 1; f()")).toMatch(/^RangeError: Maximum call stack size exceeded/);
    expect(await run("1 + 1")).toBe("=> 2");
  });

  it("cut huge console output and a huge value", async () => {
    const flood = await run("for (let i = 0; i < 1e5; i++) console.log('x'.repeat(1000)); 'end'", { maxOutput: 5000 });
    expect(flood).toMatch(/^x{1000}\nx{1000}/);
    expect(flood).toMatch(/… cut at 5000 characters\.$/);
    expect(flood.length).toBeLessThan(5100);
    expect(await run("'y'.repeat(1e6)", { maxOutput: 100 })).toBe(`=> ${"y".repeat(97)}\n… cut at 100 characters.`);
    expect(await run("'😀'.repeat(1e4)", { maxOutput: 10 })).toContain("cut at 10 characters");
  });

  it("end many short lines with a note", async () => {
    const lines = (await run("for (let i = 0; i < 1e4; i++) console.log(i); 'end'")).split("\n");
    expect(lines.slice(-3)).toEqual(["498", "… more lines were dropped", "=> end"]);
  });

  it("hold for code that goes round console", async () => {
    const text = await run("for (;;) interpreterHost.print('z'.repeat(100))", { maxOutput: 1000 });
    expect(text).toMatch(/cut at 1000 characters\.$/);
    expect(await run("try { for (;;) interpreterHost.print('') } catch {}")).toContain("printed or drew too often");
  });

  it("count shown values", async () => {
    const wide = "const row = Array.from({ length: 90 }, () => Array.from({ length: 90 }, () => 1)); row";
    expect(await run(wide, { maxOutput: 100_000 })).toContain("…");
  });

  it("reject with the signal's reason", async () => {
    const tool = codeInterpreterTool({ timeoutMs: 5000 });
    const signal = AbortSignal.timeout(100);
    await expect(tool.invoke({ code: "await new Promise(() => {})" }, { signal })).rejects.toThrow(/abort|timeout/i);
    await expect(tool.invoke({ code: "1" }, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });

  it("have to be whole numbers", () => {
    for (const limit of [{ timeoutMs: -1 }, { memoryBytes: 0 }, { maxOutput: Number.NaN }]) {
      expect(() => codeInterpreterTool(limit)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
    }
  });
});

describe("the sandbox", () => {
  it("has nothing of Node.js and no way out", async () => {
    const names = [
      "process",
      "require",
      "fetch",
      "module",
      "Buffer",
      "setTimeout",
      "WebAssembly",
      "SharedArrayBuffer",
      "Deno",
    ];
    const text = await run(`[${names.map((name) => `typeof ${name}`).join(", ")}].join()`);
    expect(text).toBe(`=> ${names.map(() => "undefined").join()}`);
  });

  it.each([
    ["Function", "Function('return 1')()"],
    ["a function's constructor", "(() => {}).constructor('return this')()"],
    ["an async function's constructor", "(async () => {}).constructor('return this')()"],
    ["a generator's constructor", "(function* () {}).constructor('yield this')()"],
    ["a host function's constructor", "interpreterHost.print.constructor('return process')()"],
    ["console's constructor", "console.log.constructor('return process')()"],
    ["eval", "(0, eval)('1')"],
    ["import", "await import('node:fs')"],
    ["import of data", "await import('data:text/javascript,export default 1')"],
  ])("refuses %s", async (_, code) => {
    expect(await run(code)).toMatch(/^(?:\w*Error): /);
  });

  it("cannot change objects of the host", async () => {
    const spec = `JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"mark":"bar"}')`;
    await run(`Object.prototype.polluted = 1; 1`);
    await run(`Array.prototype.map = () => 'polluted'; console.log({ __proto__: { polluted: 1 } }); 1`);
    await run(`chart.draw(${spec})`);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect([1].map((x) => x)).toEqual([1]);
  });

  it("stays closed to code that closes its own wrapper", async () => {
    const text = await run("}), console.log(typeof process, typeof require), (async () => {");
    expect(text).toBe("undefined undefined");
    expect(await run("1 /*")).toMatch(/^SyntaxError: /);
  });

  it("takes no source without end", async () => {
    await expect(run("x".repeat(100_001))).rejects.toThrow("schema");
    await expect(run("")).rejects.toThrow("schema");
  });
});
