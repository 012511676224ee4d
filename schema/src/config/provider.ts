import { z } from 'zod';
import { providerTypes } from '../catalogue/catalogue.ts';
import { httpUrl, notes } from './fields.ts';
import { healthCheck } from './health-check.ts';
import { secretField } from './marks.ts';
import { quotas } from './quota.ts';

export const provider = z
  .strictObject({
    type: z
      .string()
      .refine((type) => providerTypes.includes(type), {
        error: (issue) => `unknown provider type ${JSON.stringify(issue.input)}; known are ${providerTypes.join(', ')}`,
      })
      .meta({ enum: [...providerTypes] })
      .describe('The id of a row of the catalogue, such as `openai`.'),
    baseUrl: httpUrl
      .optional()
      .describe('Where it is reached, if not where the catalogue says: starts with http:// or https://.'),
    apiKey: secretField().optional().describe('Its credential.'),
    healthCheck: healthCheck
      .optional()
      .describe('How nodes find out whether it is up; left out, they go by the answers to requests alone.'),
    ...quotas,
    ...notes,
  })
  .describe('A credential and endpoint of a provider of the catalogue.');
