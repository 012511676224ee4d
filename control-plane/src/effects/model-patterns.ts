/** Names of models and wildcards (`openai/*`, `*`) of one list; undefined stands for no restriction. */
export type Allowance = readonly string[] | undefined;

/** Whether everything that `inner` matches, `outer` matches too. */
export function covers(outer: string, inner: string): boolean {
  return outer.endsWith('*') ? inner.startsWith(outer.slice(0, -1)) : outer === inner;
}

/** A list that can be asked quickly: of a thousand names only the wildcards have to be looked at one by one. */
export type PatternSet = {
  readonly patterns: readonly string[];
  readonly exact: ReadonlySet<string>;
  readonly wildcards: readonly string[];
};

export const toPatternSet = (patterns: readonly string[]): PatternSet => ({
  patterns,
  exact: new Set(patterns),
  wildcards: patterns.filter((pattern) => pattern.endsWith('*')),
});

/**
 * What every one of the lists allows, in the fewest patterns. A wildcard is a prefix, so two of them have nothing in common
 * or one covers the other; what all lists share is therefore made of patterns that stand in one of them, and in each of them
 * that has no wildcard.
 * @returns sorted, each once
 */
export function intersectPatterns(sets: readonly PatternSet[]): readonly string[] {
  const [narrowest] = sets
    .filter(({ wildcards }) => wildcards.length === 0)
    .sort((one, other) => one.patterns.length - other.patterns.length);
  const candidates = narrowest ? narrowest.patterns : sets.flatMap(({ patterns }) => patterns);
  const shared = new Set(candidates.filter((one) => sets.every((set) => matches(set, one))));
  return withoutCovered([...shared]).sort();
}

const matches = ({ exact, wildcards }: PatternSet, one: string): boolean =>
  exact.has(one) || wildcards.some((wildcard) => covers(wildcard, one));

function withoutCovered(patterns: readonly string[]): string[] {
  const wildcards = patterns.filter((pattern) => pattern.endsWith('*'));
  return patterns.filter((one) => !wildcards.some((other) => other !== one && covers(other, one)));
}
