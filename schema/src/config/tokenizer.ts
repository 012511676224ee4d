import { z } from 'zod';
import { named } from './marks.ts';

/** The encodings by which nodes can count tokens, under the names that OpenAI has given them. */
export const tokenizers = ['o200k_base', 'cl100k_base'] as const;
export type Tokenizer = (typeof tokenizers)[number];

export const tokenizer = named(
  'Tokenizer',
  'An encoding by which the tokens of a request are counted: `o200k_base` is that of GPT-4o and later, `cl100k_base` that of GPT-4 and GPT-3.5.',
  z.enum(tokenizers),
);
