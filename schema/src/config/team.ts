import { z } from 'zod';
import { modelName } from './name.ts';

/** Public model names and wildcards (`openai/*`, `*`) that may be asked for. */
export const modelPatterns = z.array(modelName).max(1_000);

/** A team. Left out, `models` allows every model. Declared and stored alike. */
export const teamSpec = z.strictObject({ models: modelPatterns.optional() });
export type TeamSpec = z.infer<typeof teamSpec>;
