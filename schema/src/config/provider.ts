import { z } from 'zod';
import { providerTypes } from '../catalogue/catalogue.ts';
import { secretRef } from './secret-ref.ts';

const shape = {
  /** The id of a row of the catalogue. */
  type: z.string().refine((type) => providerTypes.includes(type), {
    error: (issue) => `unknown provider type ${JSON.stringify(issue.input)}; known are ${providerTypes.join(', ')}`,
  }),
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'a URL that starts with http:// or https://' })
    .refine((url) => !/[?#]|\/\/[^/]*@/.test(url), 'without query, fragment or user name')
    .optional(),
};

/** A credential and endpoint of a catalogue provider, as it is declared: with the secret itself. */
export const providerDeclaration = z.strictObject({
  ...shape,
  apiKey: z
    .strictObject({
      value: z
        .string()
        .min(1)
        .max(8192)
        .regex(/^[\x21-\x7e]+$/, 'printable ASCII without blanks'),
      ref: secretRef.optional(),
    })
    .optional(),
});
export type ProviderDeclaration = z.infer<typeof providerDeclaration>;

/** The same as it is stored: the secret sealed, with a keyed fingerprint to tell whether it changed. */
export const providerSpec = z.strictObject({
  ...shape,
  type: z.string(),
  apiKey: z.strictObject({ sealed: z.string(), fingerprint: z.string(), ref: secretRef.optional() }).optional(),
});
export type ProviderSpec = z.infer<typeof providerSpec>;
