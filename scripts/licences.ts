import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryDependencies } from "./licences/repository.ts";
import { licencesPage } from "./licences/page.ts";
import { ROOT } from "./workspace.ts";

/* Writes docs/licences.md: `pnpm docs:licences`. */
writeFileSync(join(ROOT, "docs/licences.md"), licencesPage(repositoryDependencies()));
