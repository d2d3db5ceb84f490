/** Loads a module by name, so that a program can say where an optional package comes from. */
export type ImportModule = (name: string) => Promise<unknown>;

/** `import`, seen from this package. */
export const importModule: ImportModule = (name) => import(name);
