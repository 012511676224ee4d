import { z } from 'zod';
import { secretRef } from '../config/secret-ref.ts';
import { virtualKeyDeclaration } from '../config/virtual-key.ts';
import { unsupportedMessage } from './unsupported.ts';

const [, hashedSecret] = virtualKeyDeclaration.shape.secret.unwrap().options;

/** Where a provider's credential is read from. */
export const providerSecretSource = z.union(secretRef.options, {
  error: ({ input }) => refuse(input, '`{ env: NAME }` or `{ file: PATH }`'),
});

/** Where a virtual key's secret is read from, or its hash alone. */
export const keySecretSource = z.union([...secretRef.options, hashedSecret], {
  error: ({ input }) =>
    refuse(input, '`{ env: NAME }`, `{ file: PATH }` or `{ sha256: HASH }` (64 hexadecimal digits in lower case)'),
});

/** One fixed text for each way of being wrong: whatever stands in this place may be a secret and is not repeated. */
function refuse(input: unknown, forms: string): string {
  if (typeof input === 'string' || typeof input === 'number')
    return `the secret itself must not stand in a document: write ${forms}`;
  if (typeof input === 'object' && input !== null && Object.hasOwn(input, 'vault')) return unsupportedMessage('vault');
  return `should be ${forms}, and nothing beside; NAME is an environment variable: letters, digits and underscores`;
}
