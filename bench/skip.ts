/** A cell that cannot be measured here, with the reason: it is printed, and the run goes on. */
export class Skip extends Error {
  override readonly name = "Skip";
}
