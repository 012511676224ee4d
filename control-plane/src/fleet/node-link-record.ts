/** What a replica knows of a node that is, or was, linked to it. */
export type LinkRecord = {
  readonly nodeId: string;
  /** Made anew for each link, so that the end of an old one is not taken for that of the next. */
  readonly linkId: string;
  /** Where the node serves. */
  readonly address: string;
  /** Of the node's software; null if it does not say. */
  readonly version: string | null;
  /** Ids of the sealing keys that it accepts, the current one first; null if it does not say. */
  readonly sealingKeys: readonly string[] | null;
  /** What the node last said it enforces. */
  readonly revision: number;
  readonly checksum: string;
  readonly connectedAt: Date;
  readonly acknowledgedAt: Date | null;
  /** Null while the link is up. */
  readonly leftAt: Date | null;
  /** Why it refused a revision, cannot use one, or lost its link; null once it acknowledges again. */
  readonly lastError: string | null;
};
