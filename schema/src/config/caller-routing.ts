import { z } from 'zod';
import { circleFrom } from '../circle-from.ts';
import { duration } from './fields.ts';
import { named } from './marks.ts';
import { publicModel, publicModelName } from './reference.ts';
import { checkTimeouts, retries, timeouts } from './routing.ts';
import { callerStrategy } from './strategy.ts';

const RENAMES_MAX = 1_000;

type Renames = Readonly<Record<string, string>>;

/** How requests of a team or a key are routed, in place of what holds for everybody. */
const callerRouting = named(
  'CallerRouting',
  'What holds for the requests of a team or key in place of what holds for everybody.',
  z
    .strictObject({
      models: z
        .record(publicModelName, publicModel)
        .superRefine(checkRenames)
        .optional()
        .describe(
          'What models and aliases are to be asked for instead of those that are: public names by the name that is asked for.',
        ),
      strategy: callerStrategy
        .optional()
        .describe(
          'How a deployment is chosen among those of an order; as the model says if left out. What is `sticky` stays so. Not `usage-aware`.',
        ),
      retries: retries
        .optional()
        .describe('Calls after the first, within each order of each model; as the model says if left out.'),
      timeout: duration
        .optional()
        .describe(
          'The longest wait for the provider’s first byte and between two, in place of the model’s `timeout`, `firstToken` and `idle`; as the model says if left out.',
        ),
      timeouts: timeouts
        .optional()
        .describe('How long the parts of a call may take; a part that is left out is as the model says.'),
    })
    .superRefine((routing, context) => {
      if (Object.values(routing).every((member) => member === undefined))
        context.addIssue({ code: 'custom', message: 'should not be empty: leave it out' });
      checkTimeouts(routing, context);
    }),
);

/** What teams and keys have that route in their own way. */
export const ownRouting = {
  routing: callerRouting.optional().describe('How its requests are routed, in place of what holds for everybody.'),
};

/** A name is put in another's place once, so one that is replaced itself would be no answer to what it leads to. */
function checkRenames(renames: Renames, context: z.core.$RefinementCtx): void {
  const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
  const names = Object.keys(renames);
  if (names.length === 0) refuse([], 'should not be empty: leave it out');
  if (names.length > RENAMES_MAX) refuse([], `should have at most ${RENAMES_MAX} names`);
  // A circle is told of once, at its first name.
  const told = new Set<string>();
  for (const [name, target] of Object.entries(renames)) {
    const way = circleFrom(name, (one) => renames[one]);
    if (told.has(name)) continue;
    for (const one of way ?? []) told.add(one);
    if (way !== undefined) refuse([name], `goes in a circle: ${way.join(' → ')}`);
    else if (Object.hasOwn(renames, target))
      refuse([name], `${target} is replaced here as well; write ${renames[target]}, if that is meant`);
  }
}
