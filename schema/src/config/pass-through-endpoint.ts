import { z } from 'zod';
import { duration, httpUrl, notes } from './fields.ts';
import { mark, named, secretField } from './marks.ts';
import { money } from './quota.ts';
import { reference } from './reference.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const HEADER = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

const headerName = z.string().max(128).regex(HEADER, 'the name of a header');

export const passThroughEndpoint = mark(
  z
    .strictObject({
      target: httpUrl.describe('Where requests are sent on to; what follows the endpoint’s path is appended.'),
      provider: reference('provider').optional().describe('The provider whose credential they are sent with.'),
      apiKey: secretField().optional().describe('The credential that they are sent with, if it is none of a provider.'),
      apiKeyHeader: headerName
        .optional()
        .describe('The header that `apiKey` stands in as it is; left out, `Authorization: Bearer`.'),
      headers: z
        .record(headerName, z.string().max(4_096))
        .optional()
        .describe('Headers that are added, without secrets.'),
      methods: z
        .array(named('HttpMethod', 'A method of HTTP.', z.enum(methods)))
        .min(1)
        .max(methods.length)
        .optional()
        .describe('The methods that it answers; left out, all.'),
      includeSubpaths: z.boolean().optional().describe('Whether it answers paths below its own too; no if left out.'),
      timeout: duration.optional().describe('The longest wait for the target, such as `60s`.'),
      pricePerRequest: money.optional().describe('What each request costs, such as `0.01 USD`; unpriced if left out.'),
      ...notes,
    })
    .superRefine(({ provider, apiKey, apiKeyHeader }, context) => {
      if (provider !== undefined && apiKey !== undefined) {
        const message = 'contradicts provider, which brings its own credential; leave one of them out';
        context.addIssue({ code: 'custom', path: ['apiKey'], message });
      }
      if (apiKeyHeader !== undefined && apiKey === undefined) {
        const message = 'says where an apiKey stands, but there is none';
        context.addIssue({ code: 'custom', path: ['apiKeyHeader'], message });
      }
    }),
  { notEnforced: true },
).describe('A path of the gateway whose requests are sent on as they are.');
