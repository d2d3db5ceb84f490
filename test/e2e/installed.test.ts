import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { deniedBuilds, installedPackages } from "./installed.ts";

const store = mkdtempSync(join(tmpdir(), "swarmgraph-store-"));

afterEach(() => rmSync(store, { recursive: true, force: true }));

function write(path: string, content: string): void {
  mkdirSync(dirname(join(store, path)), { recursive: true });
  writeFileSync(join(store, path), content);
}

describe("installedPackages", () => {
  it("finds install scripts, gyp files and what a compiler left", () => {
    write("plain@1/node_modules/plain/package.json", '{"name":"plain","scripts":{"prepare":"tsc"}}');
    write("@a+hook@1/node_modules/@a/hook/package.json", '{"name":"@a/hook","scripts":{"postinstall":"node x.js"}}');
    write("gyp@1/node_modules/gyp/package.json", '{"name":"gyp"}');
    write("gyp@1/node_modules/gyp/binding.gyp", "{}");
    write("gyp@1/node_modules/gyp/build/Makefile", "");
    const found = installedPackages(store).map(({ name, hasInstallScript, isCompiled }) => ({
      [name]: { hasInstallScript, isCompiled },
    }));
    expect(Object.assign({}, ...found)).toEqual({
      plain: { hasInstallScript: false, isCompiled: false },
      "@a/hook": { hasInstallScript: true, isCompiled: false },
      gyp: { hasInstallScript: true, isCompiled: true },
    });
  });
});

describe("deniedBuilds", () => {
  it("tells what is allowed to build from what is not", () => {
    const workspace = 'packages:\n  - a\n\nallowBuilds:\n  esbuild: false\n  "@a/b": true\n\npmOnFail: ignore\n';
    expect(deniedBuilds(workspace)).toEqual({ names: ["esbuild", "@a/b"], allowed: ["@a/b"] });
    expect(deniedBuilds("packages:\n  - a\n")).toEqual({ names: [], allowed: [] });
  });
});
