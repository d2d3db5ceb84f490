import { writeFileSync } from "node:fs";
import { wirePage } from "./wire/page.ts";

/* Writes docs/wire.md: `pnpm docs:wire`. */
writeFileSync(new URL("./wire.md", import.meta.url), await wirePage());
