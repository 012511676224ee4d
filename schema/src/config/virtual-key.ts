import { z } from 'zod';
import { ownRouting } from './caller-routing.ts';
import { duration, instant, modelAccess, notes, tagList } from './fields.ts';
import { isIpRange } from './ip-range.ts';
import { hashedSecretField, named, secretHash } from './marks.ts';
import { quotas } from './quota.ts';
import { reference } from './reference.ts';
import { secretRef } from './secret-ref.ts';

export const virtualKeyTypes = ['inference', 'management', 'read-only'] as const;

const route = z
  .string()
  .max(200)
  .regex(/^\/[A-Za-z0-9._~/:-]*\*?$/, 'a path such as /v1/chat/completions, which may end in *');

const IP_FORM = 'an IP address or a range of them, such as 10.0.0.0/8 or 2001:db8::/32';
const ipRange = z.string(IP_FORM).max(64).refine(isIpRange, IP_FORM);

const keySecret = hashedSecretField({ charactersMin: 16, charactersMax: 512 });

export const virtualKey = z
  .strictObject({
    team: reference('team', { parent: true }).optional().describe('The team whose key it is.'),
    project: reference('project', { parent: true }).optional().describe('The project whose key it is.'),
    user: reference('user').optional().describe('The user whose key it is.'),
    customer: reference('customer').optional().describe('The customer for whom it asks.'),
    ...modelAccess,
    allowedRoutes: z
      .array(route)
      .max(100)
      .optional()
      .describe('Paths that it may call, such as `/v1/chat/completions` or `/v1/*`; left out, all that its type may.'),
    allowedIps: z
      .array(ipRange)
      .max(1_000)
      .optional()
      .describe('Addresses and ranges from which it may be used, such as `10.0.0.0/8`; left out, from everywhere.'),
    type: named('VirtualKeyType', 'What a virtual key is for.', z.enum(virtualKeyTypes))
      .optional()
      .describe('What it is for: `inference`, which holds if left out, `management`, or `read-only`.'),
    expiresAt: instant.optional().describe('From when on it is refused, such as `2027-06-30T00:00:00Z`.'),
    tags: tagList.optional(),
    ...ownRouting,
    ...quotas,
    secret: keySecret
      .optional()
      .describe('Left out, a new key gets a secret that is shown once, and an existing one keeps its own.'),
    ...notes,
  })
  .describe('A key with which apps call the gateway.');

/** What a rotation asks for. */
export const rotation = z.strictObject({
  grace: duration
    .optional()
    .describe('How long the secret before is still taken, such as `24h`; left out, not at all.'),
  secret: keySecret.optional().describe('The new secret; left out, one is made and shown once.'),
});
export type Rotation = z.infer<typeof rotation>;

/** What is stored of a key's secret: its hash alone. */
export const storedKeySecret = secretHash.extend({ ref: secretRef.optional() });

export type VirtualKeySpec = Omit<z.infer<typeof virtualKey>, 'secret'> & {
  readonly secret: z.infer<typeof storedKeySecret>;
};
