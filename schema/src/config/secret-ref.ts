import { z } from 'zod';

/** Where a secret was read from when it was declared; `export` writes it back. Never the secret itself. */
export const secretRef = z.union([
  z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable') }),
  z.strictObject({ file: z.string().min(1).max(4096) }),
]);
export type SecretRef = z.infer<typeof secretRef>;
