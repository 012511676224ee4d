import { expect, test } from 'vitest';
import { createConfigIndex } from '../config/config-index.ts';
import { tokenizersOf } from './tokenizers-of.ts';

test('the tokenizers of all deployments of all models, each once', () => {
  const index = createConfigIndex();
  const put = (id: string, ...tokenizers: ('o200k_base' | 'cl100k_base' | undefined)[]) => {
    const deployments = tokenizers.map((tokenizer, at) => ({
      name: `${at}`,
      provider: 'p',
      model: 'm',
      weight: 1,
      tokenizer,
    }));
    index.put({ kind: 'model', id, value: { deployments } });
  };
  put('a', undefined);
  expect([...tokenizersOf(index)]).toEqual([]);
  put('b', undefined, 'cl100k_base');
  put('c', 'cl100k_base');
  expect([...tokenizersOf(index)]).toEqual(['cl100k_base']);
  put('d', 'o200k_base');
  expect(tokenizersOf(index).size).toBe(2);
});
