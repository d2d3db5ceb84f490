/** The names of functions that both APIs take, everywhere. */
export const FUNCTION_NAME = /^[a-zA-Z0-9_-]+$/;

/** The longest name of a function or of an author. */
export const MAX_NAME = 64;

/** The longest description of a function. */
export const MAX_DESCRIPTION = 1024;

/** The longest id of an item of the Responses API, and of a call there. */
export const MAX_ITEM_ID = 64;
