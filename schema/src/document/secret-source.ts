import { z } from 'zod';
import { type SecretValue, secretHash, storedSecret } from '../config/marks.ts';
import { type SecretRef, secretRef } from '../config/secret-ref.ts';
import { unsupportedMessage } from './unsupported.ts';

/** Where a secret is read from that is stored sealed. */
export const sealedSecretSource = z.union([...secretRef.options, storedSecret], {
  error: ({ input }) =>
    refuse(input, '`{ env: NAME }`, `{ file: PATH }`, or `{ stored: true }` to keep the one that is stored'),
});

/** Where a secret is read from whose hash is stored, or the hash alone. */
export const hashedSecretSource = z.union([...secretRef.options, secretHash], {
  error: ({ input }) =>
    refuse(input, '`{ env: NAME }`, `{ file: PATH }` or `{ sha256: HASH }` (64 hexadecimal digits in lower case)'),
});
export type SecretSource = z.infer<typeof hashedSecretSource> | z.infer<typeof sealedSecretSource>;

/** What a document says of an entity: its declaration, with the place of each secret instead of the secret. */
export type InDocument<Declaration> = { [Field in keyof Declaration]: FieldInDocument<Declaration[Field]> };
type FieldInDocument<Value> = Value extends SecretValue ? SecretRef : Value;

/** One fixed text for each way of being wrong: whatever stands in this place may be a secret and is not repeated. */
function refuse(input: unknown, forms: string): string {
  if (typeof input === 'string' || typeof input === 'number')
    return `the secret itself must not stand in a document: write ${forms}`;
  if (typeof input === 'object' && input !== null && Object.hasOwn(input, 'vault')) return unsupportedMessage('vault');
  return `should be ${forms}, and nothing beside; NAME is an environment variable: letters, digits and underscores`;
}
