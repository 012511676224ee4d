import type { ConfigNode } from './config-node.ts';
import { textOf } from './scalars.ts';

const REFERENCE = /^os\.environ\/(.+)$/;
/** What a config document takes as the name of a variable. */
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The variable that a value is read from, as in `os.environ/OPENAI_API_KEY`. */
export const variableOf = (node: ConfigNode | undefined): string | undefined =>
  REFERENCE.exec(textOf(node) ?? '')?.[1]?.trim();

/** The variable that another tool would put in, as in `${OPENAI_API_KEY}`; LiteLLM itself does not know this form. */
export const templateVariableOf = (text: string): string | undefined =>
  /^\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?$/.exec(text)?.[1];

export const isVariableName = (name: string): boolean => VARIABLE_NAME.test(name);

/** Every variable that is referred to anywhere in these. */
export function variablesIn(nodes: readonly ConfigNode[]): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<ConfigNode>();
  for (const pending = [...nodes]; pending.length > 0; ) {
    const node = pending.pop();
    if (node === undefined || seen.has(node)) continue;
    seen.add(node);
    if (node.kind === 'list') pending.push(...node.items);
    else if (node.kind === 'map') pending.push(...node.entries.map(({ value }) => value));
    else {
      const variable = variableOf(node);
      if (variable !== undefined) found.add(variable);
    }
  }
  return found;
}
