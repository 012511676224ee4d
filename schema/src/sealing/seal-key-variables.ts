import { z } from 'zod';

/** The variables from which every process makes its keyring; part of the schema of its environment. */
export const sealKeyVariables = {
  TOLLGATE_SEAL_KEY: z.string({
    error: 'is required: 32 bytes in base64, the same for all processes; make one with: openssl rand -base64 32',
  }),
  /** Keys that were current before and are still accepted, separated by commas. */
  TOLLGATE_SEAL_KEY_PREVIOUS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((key) => key.trim())
        .filter((key) => key !== ''),
    ),
};
