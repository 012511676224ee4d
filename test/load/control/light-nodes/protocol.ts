/** What the process of light nodes is told at its start, as JSON in its first argument. */
export interface LightNodesJob {
  readonly controlUrl: string;
  readonly sealKey: string;
  readonly folder: string;
  readonly names: readonly string[];
  /** The key that is looked up after each change, as a request would. */
  readonly secret: string;
}

/** What it tells of its nodes. */
export type LightNodesMessage =
  | { readonly type: 'linked'; readonly node: string }
  /** The look-up came to another answer than before, at a time that all processes of the machine share. */
  | { readonly type: 'flipped'; readonly node: string; readonly isAccepted: boolean; readonly atMs: number };
