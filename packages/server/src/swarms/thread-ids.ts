import { createHash, randomBytes } from "node:crypto";

/** Whose thread it is: no two owners share one. */
export interface ThreadOwner {
  readonly tenant: string;
  readonly swarm: string;
}

/** Where the id of a thread comes from; equal ids of two kinds are two threads. */
export type ThreadKind = "thread" | "user" | "calls";

const THREAD_ID = /^(?:thr_[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})$/iu;

/** Makes the id of a thread: `thr_` and 128 random bits. */
export function newThreadId(): string {
  return `thr_${randomBytes(16).toString("hex")}`;
}

/** Whether a text has the form of a thread's id that nobody guesses: one of ours, or a UUID. */
export function isThreadId(id: string): boolean {
  return THREAD_ID.test(id);
}

/**
 * The `thread_id` under which a checkpointer keeps a thread. Clients never name it: whatever id they give is hashed with
 * their tenant, so that the id of another tenant's thread leads to an empty thread of their own.
 */
export function threadKey({ tenant, swarm }: ThreadOwner, kind: ThreadKind, id: string): string {
  return createHash("sha256")
    .update(JSON.stringify([tenant, swarm, kind, id]))
    .digest("hex");
}
