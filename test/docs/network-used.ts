/** What a run prints on stderr if something in it reached beyond this machine. */
export const NETWORK_USED = "an example uses no network, this one connects to";
