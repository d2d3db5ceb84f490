/** What can be wrong with the options of an inspector. */
export type InspectorErrorCode = "OPTION_INVALID";

/** A mistake in the options of {@link inspector}: the message names the option and the way out. */
export class InspectorError extends Error {
  override readonly name = "InspectorError";
  readonly code: InspectorErrorCode;

  constructor(code: InspectorErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
