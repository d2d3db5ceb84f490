export { ScriptedError, ScriptError } from "./script.ts";
export type { RecordedCall, ScriptedCall, ScriptedStep } from "./script.ts";
export { ScriptedModel, scriptedModel } from "./scripted-model.ts";
