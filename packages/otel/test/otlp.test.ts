import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { expect, it } from "vitest";
import { traced } from "../src/index.ts";
import { says, support } from "./agents.ts";
import { inMemory } from "./support.ts";

interface OtlpSpan {
  readonly name: string;
  readonly kind: number;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly links?: readonly { readonly spanId: string }[];
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

interface OtlpRequest {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[] }[];
}

it("[B141] spans arrive over OTLP/HTTP: tree, links and attributes", async () => {
  const received: OtlpSpan[] = [];
  const paths = new Set<string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      paths.add(`${request.method} ${request.url}`);
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as OtlpRequest;
      received.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const sdk = inMemory({ exporter: new OTLPTraceExporter({ url: `http://127.0.0.1:${port}/v1/traces` }) });
  try {
    await traced(support().compile(), sdk).invoke(says());
    await sdk.provider.forceFlush();
  } finally {
    await sdk.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  const spanOf = (name: string) => received.find((span) => span.name === name);
  const [workflow, triage, billing] = ["invoke_workflow support", "invoke_agent triage", "invoke_agent billing"].map(
    spanOf,
  );
  expect([...paths]).toEqual(["POST /v1/traces"]);
  expect(received.length).toBe(8);
  expect([triage?.parentSpanId, billing?.parentSpanId]).toEqual([workflow?.spanId, workflow?.spanId]);
  expect(billing?.links?.map(({ spanId }) => spanId)).toEqual([triage?.spanId]);
  expect(billing?.attributes).toContainEqual({ key: "gen_ai.agent.name", value: { stringValue: "billing" } });
  expect(billing?.attributes).toContainEqual({ key: "swarmgraph.handoff.from", value: { stringValue: "triage" } });
});
