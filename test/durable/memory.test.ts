import { checkpointerEngine, describeDurable, startHere } from "@swarmgraph/durable-conformance";
import { SwarmMemorySaver } from "swarmgraph";

describeDurable(
  "memory",
  async () => {
    const checkpointer = new SwarmMemorySaver();
    return {
      start: (given) => startHere(async (swarmOf) => checkpointerEngine(swarmOf, { checkpointer }), given),
      remove: async () => {},
    };
  },
  { lacks: { processes: "its threads end with the process" } },
);
