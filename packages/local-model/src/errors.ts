/** What went wrong. Stable: branch on the code, never on the message. */
export type LocalModelErrorCode = "SCHEMA_UNFILLED" | "TOOL_INVALID" | "TOOL_CHOICE_UNKNOWN";

/** Every error that the local model throws itself. An abort rejects with the signal's reason. */
export class LocalModelError extends Error {
  override readonly name = "LocalModelError";
  readonly code: LocalModelErrorCode;

  constructor(code: LocalModelErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
