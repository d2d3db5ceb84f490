import { registerWorker } from "@swarmgraph/durable-restate/client";
import { readSettings } from "./settings.ts";

/* Tells Restate of the workers at an address, and ends. An address that it knows already stays as it is. */

const settings = readSettings("restate-register");
const admin = settings.value("RESTATE_ADMIN_URL");
const url = settings.value("WORKER_URL");
const { id } = await registerWorker({ admin, url });
process.stdout.write(`${url} is ${id}\n`);
