/** A config document as it is written: values as their source text, and the comments and blank lines around them. */
export type TreeNode = {
  /** Its tag and anchor, as in `&name`. */
  readonly properties?: string | undefined;
} & (
  | { readonly kind: 'scalar'; readonly text: string }
  /** A text of several lines: `header` is `|` or `>` with its modifiers, `lines` are without their common indent. */
  | { readonly kind: 'block-scalar'; readonly header: string; readonly lines: readonly string[] }
  | { readonly kind: 'alias'; readonly name: string }
  | TreeMap
  | TreeList
);

export type TreeMap = {
  readonly kind: 'map';
  /** Whether it is written in braces rather than in lines of its own. */
  readonly isFlow: boolean;
  readonly entries: readonly TreeEntry[];
  /** Comments behind the last entry, and blank lines between them as empty texts. */
  readonly trailing: readonly string[];
};

export type TreeList = {
  readonly kind: 'list';
  readonly isFlow: boolean;
  readonly items: readonly TreeItem[];
  readonly trailing: readonly string[];
};

export type TreeItem = {
  /** Comments in the lines before it, and blank lines between them as empty texts. */
  readonly leading: readonly string[];
  readonly isAfterBlank: boolean;
  /** The comment behind it in its first line. */
  readonly comment?: string | undefined;
  readonly value: TreeNode;
};

export type TreeEntry = TreeItem & {
  readonly name: string;
  /** The name as it is written, with its quotes. */
  readonly key: string;
};

export type DocumentTree = {
  /** Comments at the top that belong to the whole, with blank lines as empty texts. */
  readonly header: readonly string[];
  readonly root: TreeMap;
};
