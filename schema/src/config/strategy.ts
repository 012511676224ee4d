import { z } from 'zod';
import { named } from './marks.ts';

/** The ways to choose a deployment. Their semantics stand in `data-plane/src/routing/README.md`. */
export const routingStrategies = [
  'weighted',
  'round-robin',
  'least-busy',
  'least-latency',
  'lowest-cost',
  'usage-aware',
] as const;
export type RoutingStrategy = (typeof routingStrategies)[number];

export const stickyKinds = ['header', 'user', 'prompt'] as const;

export const strategy = named('RoutingStrategy', 'How a deployment is chosen.', z.enum(routingStrategies));

/** That of a team or key, which holds for all models that it asks for. */
export const callerStrategy = strategy.refine(
  (chosen) => chosen !== 'usage-aware',
  'usage-aware chooses by `rpm` or `tpm` of deployments, which only models of this strategy have; declare it on those models',
);

export const sticky = named(
  'RoutingSticky',
  'What requests have in common that go to the same deployment, as long as it is there and well.',
  z
    .strictObject({
      by: named('RoutingStickyBy', 'By what requests belong together.', z.enum(stickyKinds)).describe(
        '`header`, `user` (the field of that name), or `prompt`: the messages up to the first of a user.',
      ),
      header: z
        .string()
        .regex(/^[a-z0-9-]{1,100}$/, 'a header’s name in lower case, such as x-session-id')
        .optional()
        .describe('The header, such as `x-session-id`; for `header` alone.'),
      characters: z
        .int()
        .min(1)
        .max(100_000)
        .optional()
        .describe('How much of the prompt counts; for `prompt` alone; 4000 if left out.'),
    })
    .superRefine(({ by, header, characters }, context) => {
      const refuse = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
      if (by === 'header' && header === undefined)
        refuse('header', 'is missing: which header do requests have in common?');
      if (by !== 'header' && header !== undefined) refuse('header', `means nothing for \`by: ${by}\`; leave it out`);
      if (by !== 'prompt' && characters !== undefined)
        refuse('characters', `means nothing for \`by: ${by}\`; leave it out`);
    }),
);

/** Those for which a weight is a share; for the others it only says whether a deployment is in rotation. */
const SHARING: ReadonlySet<RoutingStrategy> = new Set(['weighted', 'round-robin', 'least-busy']);

type Declared = {
  readonly weight?: number | undefined;
  readonly rpm?: number | undefined;
  readonly tpm?: number | undefined;
  readonly tags?: readonly string[] | undefined;
};

/** What deployments say that their strategy has no use for, or leave out that it needs. */
export function checkStrategy(
  deployments: readonly Declared[],
  {
    strategy: chosen = 'weighted',
    sticky: bond,
  }: { strategy?: RoutingStrategy | undefined; sticky?: object | undefined },
  context: z.core.$RefinementCtx,
): void {
  const refuse = (path: (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path: ['deployments', ...path], message });
  deployments.forEach(({ weight, rpm, tpm }, index) => {
    if (chosen === 'usage-aware' && rpm === undefined && tpm === undefined)
      refuse([index], 'needs `rpm` or `tpm`, by which the strategy usage-aware chooses');
    for (const [field, value] of Object.entries({ rpm, tpm }))
      if (chosen !== 'usage-aware' && value !== undefined)
        refuse([index, field], `means nothing for the strategy ${chosen}; only usage-aware looks at it`);
    if (!SHARING.has(chosen) && bond === undefined && weight !== undefined && weight !== 0 && weight !== 1)
      refuse([index, 'weight'], `means nothing for the strategy ${chosen}, but for 0, which takes it out of rotation`);
  });
  const takesAll = ({ weight, tags = [] }: Declared) => weight !== 0 && tags.length === 0;
  if (deployments.some(({ tags = [] }) => tags.length > 0) && !deployments.some(takesAll))
    refuse([], 'at least one deployment needs to be without tags, for the requests that have none of them');
}
