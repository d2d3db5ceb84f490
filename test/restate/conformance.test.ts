import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { describeDurable, startProcess } from "@swarmgraph/durable-conformance";
import type { Worker } from "@swarmgraph/durable-conformance";
import { registerWorker } from "@swarmgraph/durable-restate/client";
import { afterAll, inject } from "vitest";
import { startBalancer } from "./balancer.ts";
import { bundle } from "./bundle.ts";
import { freePorts } from "./ports.ts";
import { node24 } from "./service.ts";
import type { SuiteAddress } from "./suite-worker.ts";

let program: Promise<string> | undefined;

afterAll(async () => {
  if (program !== undefined) rmSync(await program, { force: true });
});

/** The same worker, whose cancelling has come about when it is answered: here it travels over the engine. */
function cancelling(worker: Worker): Worker {
  const asked = new Map<string, Promise<unknown>>();
  return {
    ...worker,
    tell: async (order) => {
      const answer = worker.tell(order);
      if (order.do === "ask") asked.set(order.id, answer);
      if (order.do === "cancel") await asked.get(order.id);
      return answer;
    },
  };
}

/** Something that the first one does, and that the others wait for. */
function onceBegun() {
  let begin: (act: () => Promise<unknown>) => void = () => undefined;
  const done = new Promise<unknown>((resolve, reject) => {
    begin = (act) => void act().then(resolve, reject);
  });
  let isBegun = false;
  return {
    done,
    begin: (act: () => Promise<unknown>) => {
      if (!isBegun) begin(act);
      isBegun = true;
    },
  };
}

describeDurable(
  "Restate",
  async () => {
    const { ingress, admin } = inject("restate");
    // Of this test alone, also where another test run's engine finds its worker at a port that was used here.
    const service = `Suite${randomUUID().replaceAll("-", "")}`;
    const balancer = await startBalancer();
    const registration = onceBegun();
    return {
      start: async (given) => {
        program ??= bundle("suite-worker");
        const [port = 0] = await freePorts(1);
        const address: SuiteAddress = { ingress, service, port };
        const worker = await startProcess(await program, { ...given, address }, { execPath: node24() });
        balancer.set(given.index, port);
        // With the first worker alone, so that the engine's first connection is to it.
        if (given.index === 0) registration.begin(() => registerWorker({ admin, url: balancer.url }));
        await registration.done;
        return cancelling(worker);
      },
      remove: () => balancer.close(),
    };
  },
  { lacks: { history: "the object keeps the last checkpoint of a thread" } },
);
