import { z } from 'zod';
import { routingStrategies } from '../config/strategy.ts';

const count = z.int().min(0);

/**
 * Why a deployment was passed over, as far as only the node could know it:
 * - `cooling`: it was left alone after failures;
 * - `probing`: that time is over, and another request was finding out whether it is well;
 * - `down`: the health checks of its provider failed;
 * - `called`: this request had called it already, and not yet all others;
 * - `asked_to_wait`: its provider asked this request for a longer wait than the longest backoff;
 * - `cannot_say`: its provider's format cannot say the request;
 * - `not_allowed`: the key may not use the model, which stands without a deployment;
 * - `too_small`: the request was expected to be too long for it;
 * - `nearly_spent`: a budget that counts requests for the model, which stands without a deployment, was spent or leased nearly to its limit;
 * - `no_room`: a quota that counts what goes there, to the deployment or to the model if it stands without one, refused the request;
 * - `no_price`: a budget was to be spared, and what the deployment costs is not known;
 * - `dearer`: a budget was to be spared, and the deployment costs more than that of the model that was asked for.
 *
 * What follows from the configuration of the revision (weight 0, tags, another order) is not recorded.
 */
export const passOverReasons = [
  'cooling',
  'probing',
  'down',
  'called',
  'asked_to_wait',
  'cannot_say',
  'not_allowed',
  'too_small',
  'nearly_spent',
  'no_room',
  'no_price',
  'dearer',
] as const;
export type PassOverReason = (typeof passOverReasons)[number];

/** How many deployments a choice lists of each sort; what it leaves out is counted. */
export const CHOICE_DEPLOYMENTS_MAX = 20;

/** How a deployment was chosen: by the strategy of its model, by what requests have in common, or as the only one. */
export const choiceWays = [...routingStrategies, 'sticky', 'only'] as const;
export type ChoiceWay = (typeof choiceWays)[number];

/** What the choice of the deployment of one attempt rested on. */
export const routingChoice = z.strictObject({
  /** Which attempt it was made for, from 1. */
  attempt: count,
  /** The model of the configuration whose deployment was chosen. */
  model: z.string(),
  /** One of `choiceWays`. */
  by: z.string(),
  /**
   * Among which it was chosen, itself included. `figure` is what the strategy compared: attempts under way (`least-busy`), milliseconds to the
   * answer (`least-latency`), nano-USD (`lowest-cost`), percent of the limit used (`usage-aware`); null if it compares none or knew none.
   */
  candidates: z.array(z.strictObject({ deployment: z.string(), figure: z.number().nullable() })),
  /** `forMs` is for how long it was still to be left alone. One that was called for lack of another stands in both lists. */
  passedOver: z.array(
    z.strictObject({ model: z.string(), deployment: z.string(), reason: z.string(), forMs: count.nullable() }),
  ),
  /** How many of both are not listed. */
  omitted: count,
});
export type RoutingChoice = z.infer<typeof routingChoice>;
