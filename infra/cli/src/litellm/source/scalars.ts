import type { ConfigNode } from './config-node.ts';

const NULL = /^(~|null|Null|NULL|)$/;
/** YAML 1.1, which LiteLLM reads. */
const TRUE = /^(true|yes|on)$/i;
const FALSE = /^(false|no|off)$/i;
const NUMBER = /^[-+]?(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(e[-+]?\d{1,3})?$/i;

/** Whether nothing is given: LiteLLM takes such a key for one that is not there. */
export const isNothing = (node: ConfigNode | undefined): boolean =>
  node === undefined || (node.kind === 'text' && node.isPlain && NULL.test(node.text));

/** The text of a key, whatever its type is in YAML. */
export function textOf(node: ConfigNode | undefined): string | undefined {
  return node?.kind === 'text' && !isNothing(node) ? node.text : undefined;
}

export function booleanOf(node: ConfigNode | undefined): boolean | undefined {
  const text = textOf(node) ?? '';
  if (TRUE.test(text)) return true;
  return FALSE.test(text) ? false : undefined;
}

/** The digits of a number, which a binary number would not keep. */
export function numberTextOf(node: ConfigNode | undefined): string | undefined {
  const text = textOf(node) ?? '';
  return NUMBER.test(text) ? text.replaceAll('_', '') : undefined;
}

export function numberOf(node: ConfigNode | undefined): number | undefined {
  const text = numberTextOf(node);
  return text === undefined ? undefined : Number(text);
}

/** A text, or each text of a list. */
export function textsOf(node: ConfigNode | undefined): readonly string[] {
  if (node?.kind !== 'list') return [textOf(node) ?? []].flat();
  return node.items.flatMap((item) => textOf(item) ?? []);
}
