import { Mistral } from "@mistralai/mistralai";

/** Mistral's own client, which checks every answer by its own schemas, for a server on this machine. */
export function clientFor(server: number | string, options: { readonly apiKey?: string } = {}): Mistral {
  return new Mistral({
    apiKey: options.apiKey ?? "any",
    serverURL: typeof server === "string" ? server : `http://127.0.0.1:${server}`,
    retryConfig: { strategy: "none" },
  });
}
