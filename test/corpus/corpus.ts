import { crashFaults } from "./crash.ts";
import { definitionFaults } from "./definition.ts";
import { deployFaults } from "./deploys.ts";
import type { Fault } from "./fault.ts";
import { limitFaults } from "./limits.ts";
import { modelFaults } from "./model-output.ts";
import { packageFaults } from "./packages.ts";
import { resourceFaults } from "./resources.ts";
import { securityFaults } from "./security.ts";
import { soakFaults } from "./soak.ts";
import { stateFaults } from "./state.ts";
import { streamFaults } from "./streams.ts";
import { toolFaults } from "./tools.ts";

/** Every fault that the core is held against, by id. */
export const corpus: readonly Fault[] = [
  ...modelFaults,
  ...toolFaults,
  ...stateFaults,
  ...crashFaults,
  ...deployFaults,
  ...resourceFaults,
  ...soakFaults,
  ...streamFaults,
  ...limitFaults,
  ...definitionFaults,
  ...securityFaults,
  ...packageFaults,
].toSorted((a, b) => a.id.localeCompare(b.id));
