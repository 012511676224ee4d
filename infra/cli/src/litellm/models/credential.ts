import type { ConfigEntry } from '../source/config-node.ts';
import { isVariableName, templateVariableOf, variableOf } from '../source/environment-reference.ts';
import { textOf } from '../source/scalars.ts';

/** How a deployment proves itself to its provider, as it is written in the input. */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'variable'; readonly name: string }
  /** The secret itself; it is compared with others and never written anywhere. */
  | { readonly kind: 'literal'; readonly secret: string }
  | { readonly kind: 'unusable'; readonly why: string };

/** What people write where a server wants no key but a library does. */
const PLACEHOLDER =
  /^(none|null|empty|dummy|fake|test|anything|no-?key|not-?(needed|used|required|real)|n\/?a|x+|-|ollama|lm-studio|(fake|dummy|test)[-_](api-)?key|sk-(xxx+|no-key-required|fake|dummy|test))$/i;

/** @param isOptional whether the provider can do without, so that a placeholder need not be sent */
export function credentialOf(entry: ConfigEntry | undefined, isOptional: boolean): Credential {
  const text = textOf(entry?.value)?.trim();
  if (text === undefined || text === '' || (isOptional && PLACEHOLDER.test(text))) return { kind: 'none' };
  const variable = variableOf(entry?.value) ?? templateVariableOf(text);
  if (variable === undefined) return { kind: 'literal', secret: text };
  if (isVariableName(variable)) return { kind: 'variable', name: variable };
  return { kind: 'unusable', why: 'the name of its variable has characters that a config document does not take' };
}

export const credentialId = (credential: Credential): string => JSON.stringify(credential);
