import { costNanoUsd, NO_TOKENS, type NodeQuota, type Rates } from '@tollgate/schema';
import type { Estimate } from './estimator.ts';

/** What a request takes of each unit: at first an estimate, in the end what it was. `nano_usd` is null if there is no price. */
export type Amounts = {
  readonly nano_usd: number | null;
  readonly tokens: number;
  readonly requests: number;
  readonly concurrent: number;
  /** By id what it takes of quotas that count a part of it, or of which it has something already. */
  readonly byQuota?: ReadonlyMap<string, number>;
};

/** Of what was not needed, or is not counted. */
export const NOTHING: Amounts = Object.freeze({ nano_usd: 0, tokens: 0, requests: 0, concurrent: 0 });

/** Whether it is known only in the end what a request takes of a quota. */
export const dependsOnTokens = ({ unit }: NodeQuota): boolean => unit === 'tokens' || unit === 'nano_usd';

/** What is taken of a quota, in its unit. */
export const amountOf = (amounts: Amounts, { id, unit }: NodeQuota): number =>
  amounts.byQuota?.get(id) ?? amounts[unit] ?? 0;

/** What was used up of a quota once a request is over: requests under way are not. */
export const spentOf = (amounts: Amounts, quota: NodeQuota): number =>
  quota.unit === 'concurrent' ? 0 : amountOf(amounts, quota);

/**
 * What tokens are expected to take; no price, no cost.
 * @param requests 0 if they are more of a request that is counted already
 */
export const expectedAmounts = (tokens: Estimate, rates: Rates | undefined, requests: 0 | 1): Amounts => ({
  nano_usd: rates === undefined ? null : costNanoUsd({ ...NO_TOKENS, ...tokens }, rates),
  tokens: tokens.input + tokens.output,
  requests,
  concurrent: requests,
});
