import { BUDGETS } from "./budgets.ts";
import { checksOf } from "./checks.ts";

/* What `pnpm size` checks. */
export default checksOf(BUDGETS);
