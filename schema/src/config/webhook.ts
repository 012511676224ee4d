import { z } from 'zod';
import { httpUrl, notes } from './fields.ts';
import { mark, named, secretField } from './marks.ts';

/** What a webhook can be told of besides the alerts that name it. */
export const webhookEvents = [
  'revision-committed',
  'virtual-key-created',
  'virtual-key-rotated',
  'virtual-key-blocked',
  'virtual-key-deleted',
  'node-connected',
  'node-disconnected',
] as const;

export const webhook = mark(
  z.strictObject({
    url: httpUrl.describe('Where it is told, with an HTTP POST of JSON.'),
    secret: secretField({ charactersMin: 16 })
      .optional()
      .describe('What each message is signed with (HMAC-SHA-256), so that the receiver can tell who sent it.'),
    events: z
      .array(named('WebhookEvent', 'What a webhook can be told of.', z.enum(webhookEvents)))
      .max(webhookEvents.length)
      .optional()
      .describe('What it is told of besides the alerts whose rules name it.'),
    ...notes,
  }),
  { notEnforced: true },
).describe('A receiver of messages from Tollgate.');
