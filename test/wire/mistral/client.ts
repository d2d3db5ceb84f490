import { Mistral } from "@mistralai/mistralai";

/** Mistral's own client, which checks every answer by its own schemas, for a server on this machine. */
export function clientFor(port: number, options: { readonly apiKey?: string } = {}): Mistral {
  return new Mistral({
    apiKey: options.apiKey ?? "any",
    serverURL: `http://127.0.0.1:${port}`,
    retryConfig: { strategy: "none" },
  });
}
