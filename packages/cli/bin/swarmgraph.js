#!/usr/bin/env node
import { existsSync } from "node:fs";
import { register } from "node:module";
import { register as registerTypeScript } from "tsx/esm/api";

// What is published has no build file: then the built program runs, with packages as they are installed.
const isRepository = existsSync(new URL("../tsconfig.build.json", import.meta.url));
const loaded = new Set();
registerTypeScript({ onImport: (url) => loaded.add(url) });
// The last that is registered is the first that is asked.
register("./hooks.js", import.meta.url, { data: { conditions: isRepository ? ["swarmgraph-source"] : [] } });

const { main } = await import(isRepository ? "../src/main.ts" : "../dist/main.js");
await main({ loaded });
