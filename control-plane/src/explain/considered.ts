import type { ModelConfig, PassOverReason } from '@tollgate/schema';
import type { Attempt } from './attempts.ts';

/**
 * Why a deployment was not chosen: what the node recorded, or what follows from the configuration then:
 * - `not_preferred`: it was a candidate, and the strategy chose another;
 * - `out_of_rotation`: its weight is 0;
 * - `other_tags`: those of the request lead to others;
 * - `later_order`: one of an earlier order was to be had;
 * - `earlier_order`: its order had no attempts left;
 * - `unrecorded`: the record does not say, as those of before, or where it would have had to list very many.
 */
export type NotChosenReason =
  | PassOverReason
  | 'not_preferred'
  | 'out_of_rotation'
  | 'other_tags'
  | 'later_order'
  | 'earlier_order'
  | 'unrecorded';

/** A deployment that could have been called. */
export type Considered = {
  readonly model: string;
  /** Null for all of the model. */
  readonly deployment: string | null;
  readonly isChosen: boolean;
  /** Of the chosen one only if it was called for lack of another, though it was left alone. */
  readonly reason: string | null;
  /** For how long it was still to be left alone, in milliseconds. */
  readonly forMs: number | null;
  /** What the strategy compared. */
  readonly figure: number | null;
};

type Deployment = ModelConfig['deployments'][number];

/** What was considered for an attempt, the chosen one first: what the record says, and what follows from the model as it was then. */
export function considered(
  attempt: Attempt,
  tags: readonly string[],
  model: ModelConfig | undefined,
): readonly Considered[] {
  const recorded = consideredOnRecord(attempt);
  const known = new Set(
    recorded.filter((one) => one.model === attempt.servedModel).map(({ deployment }) => deployment),
  );
  const deployments = model?.deployments ?? [];
  const chosen = deployments.find(({ name }) => name === attempt.deployment);
  const others = deployments
    .filter(({ name }) => !known.has(name))
    .map(
      (deployment): Considered => ({
        ...PLAIN,
        model: attempt.servedModel,
        deployment: deployment.name,
        reason: reasonOf(deployment, chosen, deployments, tags),
      }),
    );
  return [...recorded, ...others];
}

const PLAIN = { isChosen: false, reason: null, forMs: null, figure: null };

function consideredOnRecord({ servedModel: model, deployment, choice }: Attempt): readonly Considered[] {
  if (choice === undefined) return [{ ...PLAIN, model, deployment, isChosen: true }];
  const passed = choice.passedOver.map((one) => ({ ...PLAIN, ...one, deployment: one.deployment || null }));
  const isPassed = (name: string) => passed.find((one) => one.model === model && one.deployment === name);
  const candidates = choice.candidates.map(({ deployment: name, figure }): Considered => {
    const isChosen = name === deployment;
    const why = isPassed(name) ?? {
      reason: isChosen ? null : ('not_preferred' satisfies NotChosenReason),
      forMs: null,
    };
    return { model, deployment: name, isChosen, reason: why.reason, forMs: why.forMs, figure };
  });
  const names = new Set(candidates.map((one) => one.deployment));
  return [
    ...candidates.toSorted((one, other) => Number(other.isChosen) - Number(one.isChosen)),
    ...passed.filter((one) => one.model !== model || !names.has(one.deployment)),
  ];
}

/** Why one that the record does not name was none of the candidates. */
function reasonOf(
  deployment: Deployment,
  chosen: Deployment | undefined,
  all: readonly Deployment[],
  tags: readonly string[],
): NotChosenReason {
  if (deployment.weight === 0) return 'out_of_rotation';
  const isTagged = ({ tags: own = [] }: Deployment) => own.some((tag) => tags.includes(tag));
  const isAnyTagged = all.some((one) => one.weight > 0 && isTagged(one));
  const fits = isAnyTagged ? isTagged(deployment) : (deployment.tags ?? []).length === 0;
  if (!fits) return 'other_tags';
  const order = chosen && (deployment.order ?? 1) - (chosen.order ?? 1);
  if (order === undefined || order === 0) return 'unrecorded';
  return order > 0 ? 'later_order' : 'earlier_order';
}
