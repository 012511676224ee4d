/** What becomes of one key of the input. No text of it holds a value of the input that could be secret. */
export type Verdict =
  /** It is in the document, or holds without being written down. */
  | { readonly kind: 'maps'; readonly message: string }
  /** It has a counterpart that does not do quite the same. */
  | { readonly kind: 'differs'; readonly message: string }
  | { readonly kind: 'not_supported'; readonly message: string }
  | { readonly kind: 'unknown'; readonly message: string };

export type VerdictKind = Verdict['kind'];

/** From the best to the worst; of several, the worst one counts. */
export const verdictKinds: readonly VerdictKind[] = ['maps', 'differs', 'unknown', 'not_supported'];

/** @param target where it went, such as `models.gpt-4.1.routing.timeout` */
export const maps = (target: string, note = ''): Verdict => ({
  kind: 'maps',
  message: note === '' ? `→ ${target}` : `→ ${target}: ${note}`,
});
export const holds = (message: string): Verdict => ({ kind: 'maps', message });
export const differs = (message: string): Verdict => ({ kind: 'differs', message });
export const notSupported = (message: string): Verdict => ({ kind: 'not_supported', message });
export const unknownKey = (message: string): Verdict => ({ kind: 'unknown', message });

/** What is said of a key without a value, which LiteLLM takes for one that is not there. */
export const EMPTY: Verdict = holds('has no value');

/** One verdict of several over the same key, which an alias brought to several places: the worst kind, all texts. */
export function combine(verdicts: readonly Verdict[]): Verdict | undefined {
  const rank = ({ kind }: Verdict): number => verdictKinds.indexOf(kind);
  const worst = verdicts.toSorted((a, b) => rank(b) - rank(a))[0];
  return worst && { kind: worst.kind, message: [...new Set(verdicts.map(({ message }) => message))].join('; ') };
}
