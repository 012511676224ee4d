/** What is said if something was done, and if there was nothing to do. */
export type OutcomeWords = { readonly done: string; readonly already: string };
