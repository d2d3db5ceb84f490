import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { pathOnSite } from "../pages.ts";
import { readMenu, stage } from "../stage.ts";

const root = resolve(fileURLToPath(import.meta.url), "../../../..");
const pages = join(root, "docs/site/pages");
stage(root, pages);

const link = (file: string): string => `/${pathOnSite(file).replace(/(?:index)?\.md$/u, "")}`;

// oxlint-disable-next-line import/no-default-export -- VitePress reads the default export
export default defineConfig({
  title: "SwarmGraph",
  description: "Swarms of AI agents as LangGraph graphs",
  srcDir: pages,
  outDir: join(root, "docs/site/dist"),
  cleanUrls: true,
  // With a dead link there is no site.
  ignoreDeadLinks: false,
  vite: { build: { chunkSizeWarningLimit: 2000 } },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    sidebar: [
      ...readMenu(root).map((section) => ({
        text: section.title,
        collapsed: section.title === "Decisions",
        items: section.pages.map(({ file, title }) => ({ text: title, link: link(file) })),
      })),
      { text: "Reference", items: [{ text: "Every public name", link: "/api/" }] },
    ],
  },
});
