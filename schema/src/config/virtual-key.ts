import { z } from 'zod';
import { entityName } from './name.ts';
import { secretRef } from './secret-ref.ts';
import { modelPatterns } from './team.ts';

const SHA256_HEX = /^[0-9a-f]{64}$/;

const shape = {
  team: entityName.optional(),
  /** Narrows what the team allows; left out, the team's models hold. */
  models: modelPatterns.optional(),
  expiresAt: z.iso.datetime({ offset: true, error: 'an instant such as 2027-06-30T00:00:00Z' }).optional(),
  tags: z.array(z.string().min(1).max(128)).max(100).optional(),
  metadata: z.record(z.string().max(128), z.string().max(2_000)).optional(),
};

/** A virtual key as it is declared. Without `secret`, one is made when the key is created, and shown once. */
export const virtualKeyDeclaration = z.strictObject({
  ...shape,
  secret: z
    .union([
      z.strictObject({
        value: z
          .string()
          .min(16, 'a key has at least 16 characters')
          .max(512)
          .regex(/^[\x21-\x7e]+$/, 'printable ASCII without blanks'),
        ref: secretRef.optional(),
      }),
      z.strictObject({
        sha256: z.string().regex(SHA256_HEX, 'the SHA-256 of the key: 64 hexadecimal digits in lower case'),
      }),
    ])
    .optional(),
});
export type VirtualKeyDeclaration = z.infer<typeof virtualKeyDeclaration>;

/** The same as it is stored: only the hash of the secret. */
export const virtualKeySpec = z.strictObject({
  ...shape,
  secret: z.strictObject({ sha256: z.string().regex(SHA256_HEX), ref: secretRef.optional() }),
});
export type VirtualKeySpec = z.infer<typeof virtualKeySpec>;
