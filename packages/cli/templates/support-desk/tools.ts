import { tool } from "@langchain/core/tools";
import { z } from "zod";

/** Finds an order. */
export const findOrder = tool(({ order }) => `Order ${order}: two charges of 49.00 on 3 May.`, {
  name: "find_order",
  description: "Finds an order by its number.",
  schema: z.object({ order: z.string() }),
});

/** Pays money back. */
export const refund = tool(({ order, amount }) => `Refunded ${amount.toFixed(2)} for order ${order}.`, {
  name: "refund",
  description: "Pays money back for an order.",
  schema: z.object({ order: z.string(), amount: z.number() }),
});
