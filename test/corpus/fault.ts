/** Where a fault comes from, as the tables of the corpus are headed. */
export type Family = "model output" | "tools" | "state" | "resources" | "definition" | "security" | "packages";

/** One thing that goes wrong in production, and the proof that a swarm survives it. */
export interface Fault {
  /** `F01` to `F91`: stable, and in the title of its test. */
  readonly id: string;
  readonly family: Family;
  /** What goes wrong. */
  readonly fault: string;
  /** What a swarm does about it. */
  readonly expected: string;
  /** Makes the fault happen and throws, by `node:assert`, where the swarm does not do what is expected. */
  readonly run: () => Promise<void> | void;
}

/** What became of one fault. */
export interface FaultResult {
  readonly survived: boolean;
  /** Why not: the first line of the error. */
  readonly reason?: string;
}

/** Makes one fault happen. */
export async function runFault(fault: Fault): Promise<FaultResult> {
  try {
    await fault.run();
    return { survived: true };
  } catch (error) {
    const [reason = "unknown"] = (error instanceof Error ? error.message : String(error)).split("\n");
    return { survived: false, reason };
  }
}
