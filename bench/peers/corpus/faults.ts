import type { PeerFault } from "./fault.ts";
import { definitionFaults } from "./faults/definition.ts";
import { modelFaults } from "./faults/model-output.ts";
import { resourceFaults } from "./faults/resources.ts";
import { securityFaults } from "./faults/security.ts";
import { stateFaults } from "./faults/state.ts";
import { toolFaults } from "./faults/tools.ts";

/** The faults that can be made to happen in a library from outside, by id. */
export const peerFaults: readonly PeerFault[] = [
  ...modelFaults,
  ...toolFaults,
  ...stateFaults,
  ...resourceFaults,
  ...definitionFaults,
  ...securityFaults,
].toSorted((a, b) => a.id.localeCompare(b.id));
