import { z } from 'zod';
import { parseDurationMs } from '../duration.ts';
import { modelPattern, reference } from './reference.ts';

/** Fields that several kinds have. */

const DURATION_FORM = 'a duration such as 500ms, 60s or 5m';
export const duration = z.string(DURATION_FORM).refine((text) => (parseDurationMs(text) ?? 0) > 0, DURATION_FORM);

export const instant = z.iso.datetime({ offset: true, error: 'an instant such as 2027-06-30T00:00:00Z' });

export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'a URL that starts with http:// or https://' })
  .refine((url) => !/[?#]|\/\/[^/]*@/.test(url), 'without query, fragment or user name');

export const tagList = z
  .array(z.string().min(1).max(128))
  .max(100)
  .describe('Labels that the usage carries, such as `prod`.');

/** What people note about an entity. */
export const notes = {
  description: z.string().min(1).max(2_000).optional().describe('What it is for, for people to read.'),
  metadata: z.record(z.string().max(128), z.string().max(2_000)).optional().describe('Any texts by name.'),
};

/** Public model names and wildcards (`openai/*`, `*`) that may be asked for. */
export const modelPatterns = z.array(modelPattern).max(1_000);

/** What may be asked for. An entity and those that it belongs to all have to allow it. */
export const modelAccess = {
  models: modelPatterns
    .optional()
    .describe('Models, aliases and wildcards such as `openai/*` that may be asked for; left out, every model may.'),
  accessGroups: z
    .array(reference('access-group'))
    .max(100)
    .optional()
    .describe('Access groups whose models may be asked for besides `models`.'),
};
