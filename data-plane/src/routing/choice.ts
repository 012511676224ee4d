import { CHOICE_DEPLOYMENTS_MAX, type PassOverReason, type RoutingChoice } from '@tollgate/schema';
import { type Health, isAvailable } from './health.ts';
import type { Deployment, Route } from './route.ts';
import { availableOf, type Choosing, type Selection } from './select.ts';

export type PassedOver = RoutingChoice['passedOver'][number];

const NONE: readonly PassedOver[] = Object.freeze([]);

/**
 * What the choice of the first attempt rested on; undefined if its order had one deployment alone, and that was well, as is the rule.
 * To be asked for between the choice and the attempt, which changes what was seen of the deployment.
 * @param before what was passed over before the route was looked at
 */
export function explainFirst(
  asked: Route,
  chosen: Selection,
  choosing: Choosing,
  before: readonly PassedOver[] = NONE,
): RoutingChoice | undefined {
  const { nowMs, mayUse } = choosing;
  // Without destructuring lists, which asks an iterator: every request comes by here.
  const { deployments } = asked.tiers[0];
  const isAlone = deployments.length === 1 && deployments[0] === chosen.deployment;
  if (isAlone && before.length === 0 && isAvailable(chosen.deployment.state.health, nowMs)) return undefined;
  const passed = [...before];
  // One that is left alone is chosen only after all others, fallbacks included, were found to be left alone as well.
  const isLastResort = !isAvailable(chosen.deployment.state.health, nowMs);
  for (const route of [asked, ...asked.fallbacks]) {
    if (route !== asked && !mayUse(route.name)) {
      passed.push(notAllowed(route));
      continue;
    }
    for (const tier of route.tiers) {
      const candidates = availableOf(tier.deployments, nowMs);
      if (candidates !== tier.deployments) passOver(passed, route, tier.deployments, candidates, nowMs);
      if (!isLastResort && candidates.includes(chosen.deployment))
        return toChoice(1, chosen, candidates, passed, choosing);
    }
  }
  return toChoice(1, chosen, deployments, passed, choosing);
}

/** What the choice among some candidates rested on; undefined if there was one, and none was passed over. */
export function explainNext(
  attempt: number,
  chosen: Selection,
  candidates: readonly Deployment[],
  passedOver: readonly PassedOver[],
  choosing: Pick<Choosing, 'request' | 'nowMs'>,
): RoutingChoice | undefined {
  if (candidates.length === 1 && passedOver.length === 0) return undefined;
  return toChoice(attempt, chosen, candidates, passedOver, choosing);
}

/** Adds those deployments of an order that are no candidates, and those that are for lack of another, with why. */
export function passOver(
  into: PassedOver[],
  { name }: Route,
  deployments: readonly Deployment[],
  candidates: readonly Deployment[],
  nowMs: number,
  dropped?: ReadonlyMap<Deployment, PassOverReason>,
): void {
  for (const deployment of deployments) {
    const { health } = deployment.state;
    const otherwise = candidates.includes(deployment) ? undefined : 'called';
    const reason = dropped?.get(deployment) ?? leftAlone(health, nowMs) ?? otherwise;
    if (reason === undefined) continue;
    const forMs = reason === 'cooling' ? Math.ceil(health.openUntilMs - nowMs) : null;
    into.push({ model: name, deployment: deployment.name, reason, forMs });
  }
}

/** A model whose deployments are not looked at, because the key may not use it. */
export const notAllowed = (route: Route): PassedOver => passedOver(route, 'not_allowed');

/** Something that was passed over for what holds of this request: a deployment, or a model with all of them. */
export const passedOver = ({ name }: Route, reason: PassOverReason, deployment?: Deployment): PassedOver => ({
  model: name,
  deployment: deployment?.name ?? '',
  reason,
  forMs: null,
});

function leftAlone(health: Health, nowMs: number): PassOverReason | undefined {
  if (isAvailable(health, nowMs)) return undefined;
  if (health.provider.isDown) return 'down';
  return nowMs < health.openUntilMs ? 'cooling' : 'probing';
}

function toChoice(
  attempt: number,
  { route, deployment }: Selection,
  candidates: readonly Deployment[],
  passedOver: readonly PassedOver[],
  { request, nowMs }: Pick<Choosing, 'request' | 'nowMs'>,
): RoutingChoice {
  const { strategy, name: model } = route;
  const isBound = candidates.length > 1 && strategy.isBound?.(request) === true;
  const figureOf = candidates.length > 1 && !isBound ? strategy.figureOf : undefined;
  const listed =
    candidates.length <= CHOICE_DEPLOYMENTS_MAX
      ? candidates
      : [deployment, ...candidates.filter((other) => other !== deployment)].slice(0, CHOICE_DEPLOYMENTS_MAX);
  const passed = passedOver.slice(0, CHOICE_DEPLOYMENTS_MAX);
  return {
    attempt,
    model,
    by: candidates.length === 1 ? 'only' : isBound ? 'sticky' : strategy.name,
    candidates: listed.map((candidate) => ({
      deployment: candidate.name,
      figure: figureOf?.(candidate, request, nowMs) ?? null,
    })),
    passedOver: passed,
    omitted: candidates.length - listed.length + passedOver.length - passed.length,
  };
}
