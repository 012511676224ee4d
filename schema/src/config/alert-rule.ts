import { z } from 'zod';
import { duration, notes } from './fields.ts';
import { mark, named } from './marks.ts';
import { quotaScope } from './quota-scope.ts';
import { reference } from './reference.ts';

/** What an alert can be raised by, and the threshold that each needs. */
const triggers = Object.freeze({
  'budget-spent': 'percent',
  'rate-limit-used': 'percent',
  'provider-errors': 'percent',
  'slow-calls': 'duration',
  'spend-anomaly': 'percent',
  'node-lost': 'duration',
} as const);
type Trigger = keyof typeof triggers;
const triggerNames = Object.keys(triggers) as [Trigger, ...Trigger[]];

const fieldOf = { percent: 'thresholdPercent', duration: 'longerThan' } as const;

export const alertRule = mark(
  z
    .strictObject({
      trigger: named('AlertTrigger', 'What raises an alert.', z.enum(triggerNames)).describe('What raises the alert.'),
      thresholdPercent: z
        .number()
        .gt(0)
        .max(10_000)
        .optional()
        .describe('From how many percent on: of a quota, of the calls that fail, or of the usual spending.'),
      longerThan: duration.optional().describe('From how long on: a call takes, or a node is away, such as `30s`.'),
      scope: quotaScope.optional().describe('What is watched: exactly one field is set; left out, everything.'),
      webhooks: z.array(reference('webhook')).min(1, 'at least one webhook').max(20).describe('Who is told.'),
      repeatAfter: duration.optional().describe('How long it says nothing about the same again; an hour if left out.'),
      ...notes,
    })
    .superRefine(({ trigger, ...rule }, context) => {
      const [needed, other] =
        triggers[trigger] === 'percent' ? (['percent', 'duration'] as const) : (['duration', 'percent'] as const);
      if (rule[fieldOf[needed]] === undefined) {
        const message = `is missing: ${trigger} needs it`;
        context.addIssue({ code: 'custom', path: [fieldOf[needed]], message });
      }
      if (rule[fieldOf[other]] !== undefined) {
        const message = `means nothing for ${trigger}; write ${fieldOf[needed]} instead`;
        context.addIssue({ code: 'custom', path: [fieldOf[other]], message });
      }
    }),
  { notEnforced: true },
).describe('When somebody is told that something needs attention.');
