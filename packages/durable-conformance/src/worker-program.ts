export { checkpointerEngine, toReply } from "./checkpointer-engine.ts";
export type { CheckpointerEngineOptions } from "./checkpointer-engine.ts";
export type { AnswerTo, Ask, DurableEngine, OpenEngine, Reply, SuiteSwarm } from "./engine.ts";
export { serveWorker } from "./serve-worker.ts";
export type { WorkerArguments } from "./serve-worker.ts";
