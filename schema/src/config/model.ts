import { z } from 'zod';
import { notes, tagList } from './fields.ts';
import { named } from './marks.ts';
import { mockBehaviour } from './mock-behaviour.ts';
import { modelName } from './name.ts';
import { quotas } from './quota.ts';
import { reference } from './reference.ts';
import { routing } from './routing.ts';
import { checkStrategy } from './strategy.ts';
import { tokenizer } from './tokenizer.ts';

export const deployment = named(
  'Deployment',
  'A provider and its model that serve a public model.',
  z.strictObject({
    name: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[\x21-\x7e]+$/, 'printable ASCII without blanks')
      .optional()
      .describe('Unique within the model; left out, `<provider>/<model>`.'),
    provider: reference('provider').describe('The name of a provider.'),
    model: modelName.describe(
      'The provider’s own name of the model; `*` in a wildcard model stands for what the client asked for.',
    ),
    weight: z
      .number()
      .min(0)
      .max(1_000_000)
      .optional()
      .describe('Share of the traffic relative to the other deployments; 1 if left out, 0 takes it out of rotation.'),
    order: z
      .int()
      .min(1)
      .max(1_000)
      .optional()
      .describe('Those of the lowest order are called first, the others when these failed; 1 if left out.'),
    tags: tagList
      .min(1)
      .optional()
      .describe('Only requests with one of these tags are served; those with none of a model’s tags by the untagged.'),
    rpm: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .describe(
        'Requests that it takes in a minute, by which the strategy `usage-aware` chooses; no limit that refuses.',
      ),
    tpm: z.int().min(1).max(1_000_000_000_000).optional().describe('Tokens that it takes in a minute, as `rpm`.'),
    contextTokens: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .describe('How many tokens a request may have; left out, what the price list knows of the provider’s model.'),
    tokenizer: tokenizer
      .optional()
      .describe(
        'By what its requests’ tokens are counted before the call; left out, they are estimated from their size.',
      ),
    mock: mockBehaviour.optional().describe('How a mock answers: latencyMs, tokens, failures, …'),
  }),
);
export type Deployment = z.infer<typeof deployment>;

/** Each list of models that step in for another. */
export const fallbackKinds = ['fallbacks', 'contextFallbacks', 'contentPolicyFallbacks', 'budgetFallbacks'] as const;
export type FallbackKind = (typeof fallbackKinds)[number];

/** A copy of some requests for another model, whose answers nobody gets. */
const mirror = named(
  'Mirror',
  'Where copies of requests are sent, whose answers are dropped.',
  z.strictObject({
    model: reference('model').describe('The model that gets them; keys need not be allowed to use it.'),
    percent: z
      .number()
      .gt(0)
      .max(100)
      .describe('The share of the admitted requests that are copied; each copy is counted, charged and recorded.'),
  }),
);

const fallbackList = z.array(reference('model')).min(1).max(20).superRefine(refuseRepeats).optional();

function refuseRepeats(names: readonly string[], context: z.core.$RefinementCtx): void {
  names.forEach((name, index) => {
    if (names.indexOf(name) === index) return;
    context.addIssue({ code: 'custom', path: [index], message: `${name} is named twice; leave one out` });
  });
}

export const model = z
  .strictObject({
    deployments: z.array(deployment).min(1, 'at least one deployment').max(100).describe('What serves it.'),
    routing: routing.optional().describe('How one of them is chosen and called.'),
    fallbacks: fallbackList.describe(
      'Models that answer instead, in turn, when all attempts at this one failed; each has fallbacks of its own.',
    ),
    contextFallbacks: fallbackList.describe(
      'Models that answer instead, in turn, what is too long for this one, as its provider says or is known before.',
    ),
    contentPolicyFallbacks: fallbackList.describe(
      'Models that answer instead, in turn, what the policy of this one’s provider refuses.',
    ),
    budgetFallbacks: fallbackList.describe(
      'Cheaper models that answer instead, in turn, when a budget that counts the request is spent or nearly so.',
    ),
    budgetFallbackAtPercent: z
      .number()
      .min(1)
      .max(100)
      .optional()
      .describe('From how many percent of a budget on `budgetFallbacks` answer; 90 if left out.'),
    mirror: mirror.optional().describe('Where copies of requests are sent, whose answers are dropped.'),
    ...quotas,
    ...notes,
  })
  .superRefine((spec, context) => {
    const { deployments, routing: options = {}, fallbacks, budgetFallbacks, budgetFallbackAtPercent } = spec;
    checkStrategy(deployments, options, context);
    const goesOn = (options.retries ?? 0) > 0 || fallbacks !== undefined || new Set(deployments.map(orderOf)).size > 1;
    if (options.hedgeAfter !== undefined && !hasTwoOfAnOrder(deployments)) {
      const message = 'means nothing without a second deployment of the same order; leave it out';
      context.addIssue({ code: 'custom', path: ['routing', 'hedgeAfter'], message });
    }
    if (options.midStream === 'continue' && !goesOn) {
      const message = 'nothing could go on with a stream: declare `retries`, a second `order` or `fallbacks`';
      context.addIssue({ code: 'custom', path: ['routing', 'midStream'], message });
    }
    if (budgetFallbackAtPercent !== undefined && budgetFallbacks === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['budgetFallbackAtPercent'],
        message: 'means nothing without `budgetFallbacks`, which would answer instead; declare them or leave it out',
      });
    }
    const names = deployments.map(effectiveDeploymentName);
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index) {
        context.addIssue({
          code: 'custom',
          path: ['deployments', index, 'name'],
          message: `the deployment name ${name} is taken by another deployment of this model`,
        });
      }
    });
    if (deployments.length > 0 && deployments.every(({ weight }) => weight === 0)) {
      context.addIssue({
        code: 'custom',
        path: ['deployments'],
        message: 'at least one deployment needs a weight above 0',
      });
    }
  })
  .describe('A public model name and the deployments that serve it.');
const orderOf = ({ order = 1 }: Deployment): number => order;

function hasTwoOfAnOrder(deployments: readonly Deployment[]): boolean {
  const orders = deployments.filter(({ weight }) => weight !== 0).map(orderOf);
  return new Set(orders).size < orders.length;
}

export type ModelSpec = z.infer<typeof model>;

export function effectiveDeploymentName({ name, provider, model: upstream }: Deployment): string {
  return name ?? `${provider}/${upstream}`;
}
