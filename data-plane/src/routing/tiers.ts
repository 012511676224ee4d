import type { Deployment, Route, Tier } from './route.ts';

/**
 * Deployments by their order, the lowest first; those without weight are in none.
 * @throws Error if that leaves nothing
 */
export function tiersOf(
  model: string,
  deployments: readonly { readonly deployment: Deployment; readonly order: number | undefined }[],
): Route['tiers'] {
  const byOrder = new Map<number, Deployment[]>();
  for (const { deployment, order = 1 } of deployments) {
    if (deployment.weight === 0) continue;
    const tier = byOrder.get(order);
    if (tier === undefined) byOrder.set(order, [deployment]);
    else tier.push(deployment);
  }
  const [first, ...others] = [...byOrder]
    .sort(([one], [other]) => one - other)
    .map(([, tier]): Tier => ({ deployments: tier }));
  if (first === undefined) throw new Error(`model ${model} has no deployment in rotation`);
  return [first, ...others];
}

/** Those deployments of each order that fit; undefined if none does. */
export function narrowTiers(
  tiers: Route['tiers'],
  fits: (deployment: Deployment) => boolean,
): Route['tiers'] | undefined {
  const fitting = tiers.map((tier): Tier => ({ deployments: tier.deployments.filter(fits) }));
  const [first, ...others] = fitting.filter(({ deployments }) => deployments.length > 0);
  return first && [first, ...others];
}
