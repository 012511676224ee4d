/** Where something stands in a document; line and column count from 1. */
export type DocumentPlace = { readonly file: string; readonly line: number; readonly column: number };

/** What is wrong with a document, where, and what would be right. It never holds the value of a secret. */
export type DocumentProblem = DocumentPlace & {
  /** Such as `models.gpt-4.1.deployments[0].provider`; empty if the file as a whole is meant. */
  readonly path: string;
  readonly message: string;
};
