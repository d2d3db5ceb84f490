/** Imports a package as it is installed here, which is where the peers are. */
export const load = (specifier) => import(specifier);
