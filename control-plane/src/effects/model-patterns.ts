/** Names of models and wildcards (`openai/*`, `*`) of one list; undefined stands for no restriction. */
export type Allowance = readonly string[] | undefined;

/** Whether everything that `inner` matches, `outer` matches too. */
export function covers(outer: string, inner: string): boolean {
  return outer.endsWith('*') ? inner.startsWith(outer.slice(0, -1)) : outer === inner;
}

/**
 * What every one of the lists allows, in the fewest patterns. A wildcard is a prefix, so two of them have nothing in common
 * or one covers the other; what all lists share is therefore made of patterns that stand in one of them.
 * @returns sorted, each once
 */
export function intersectPatterns(lists: readonly Allowance[]): readonly string[] {
  const restricting = lists.filter((list) => list !== undefined).map(toMatcher);
  const shared = new Set(
    restricting.flatMap(({ patterns }) => patterns).filter((one) => restricting.every(({ matches }) => matches(one))),
  );
  return withoutCovered([...shared]).sort();
}

type Matcher = { readonly patterns: readonly string[]; matches(pattern: string): boolean };

/** Lists can be long; of a thousand names only the wildcards have to be looked at one by one. */
function toMatcher(patterns: readonly string[]): Matcher {
  const exact = new Set(patterns);
  const wildcards = patterns.filter((pattern) => pattern.endsWith('*'));
  return { patterns, matches: (one) => exact.has(one) || wildcards.some((wildcard) => covers(wildcard, one)) };
}

function withoutCovered(patterns: readonly string[]): string[] {
  const wildcards = patterns.filter((pattern) => pattern.endsWith('*'));
  return patterns.filter((one) => !wildcards.some((other) => other !== one && covers(other, one)));
}
