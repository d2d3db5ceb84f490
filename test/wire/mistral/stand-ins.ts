import { tool } from "@langchain/core/tools";
import { z } from "zod";
import type { BuiltInTools, FileSource } from "../../../packages/server/src/index.ts";

const webSearch = tool(
  () => [
    "[1] United States Fed Funds Interest Rate: 4.50 percent",
    {
      references: [
        {
          tool: "web_search",
          title: "United States Fed Funds Interest Rate",
          url: "https://tradingeconomics.com/united-states/interest-rate",
        },
      ],
    },
  ],
  {
    name: "web_search",
    description: "Searches the web.",
    schema: z.object({ query: z.string() }),
    responseFormat: "content_and_artifact",
  },
);

const interpreter = tool(
  () => ["drawn", { files: [{ fileId: "file_1", fileName: "chart.svg", fileType: "image/svg+xml" }] }],
  {
    name: "code_interpreter",
    description: "Runs code.",
    schema: z.object({ code: z.string() }),
    responseFormat: "content_and_artifact",
  },
);

/** The two built-in tools of the guide, with answers that are always the same. */
export const builtIn: BuiltInTools = ({ type }) =>
  type === "web_search" ? [webSearch] : type === "code_interpreter" ? [interpreter] : undefined;

/** The file that the stand-in of the code interpreter makes. */
export const files: FileSource = {
  get: async (id) =>
    id === "file_1"
      ? { bytes: new TextEncoder().encode("<svg/>"), type: "image/svg+xml", name: "chart.svg" }
      : undefined,
};
