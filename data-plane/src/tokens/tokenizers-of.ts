import { type Tokenizer, tokenizers } from '@tollgate/schema';
import type { ConfigIndex } from '../config/config-index.ts';

/** The tokenizers that deployments of any model ask for. */
export function tokenizersOf(index: Pick<ConfigIndex, 'names' | 'findModel'>): ReadonlySet<Tokenizer> {
  const asked = new Set<Tokenizer>();
  for (const name of index.names('model')) {
    for (const { tokenizer } of index.findModel(name)?.deployments ?? [])
      if (tokenizer !== undefined) asked.add(tokenizer);
    if (asked.size === tokenizers.length) break;
  }
  return asked;
}
