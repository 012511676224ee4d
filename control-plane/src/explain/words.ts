import type { AttemptReason, ChoiceWay } from '@tollgate/schema';
import { formatUsd } from '@tollgate/schema';
import type { NotChosenReason } from './considered.ts';

/** Names that a later version wrote are said as they are. */
const sayOr = (words: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(words, name) ? (words[name] ?? name) : name;

const NOT_CHOSEN: Readonly<Record<NotChosenReason, string>> = Object.freeze({
  cooling: 'it was left alone after failures',
  probing: 'another request was finding out whether it is well again',
  called: 'this request had called it already',
  asked_to_wait: 'its provider asked for a longer wait than the policy allows',
  cannot_say: 'the format of its provider cannot say the request',
  not_allowed: 'the key may not use it',
  too_small: 'the request was expected to be too long for it',
  nearly_spent: 'a budget was spent or nearly so',
  no_room: 'a quota had no room for the request',
  no_price: 'its price is not known, and a budget was to be spared',
  dearer: 'it costs more, and a budget was to be spared',
  not_preferred: 'another was chosen',
  out_of_rotation: 'its weight is 0',
  other_tags: 'the tags of the request lead to others',
  later_order: 'an earlier order came first',
  earlier_order: 'its order had no attempts left',
  unrecorded: 'the record does not say why',
});
export const sayNotChosen = (reason: string): string => sayOr(NOT_CHOSEN, reason);

const CHOSEN: Readonly<Record<ChoiceWay, string>> = Object.freeze({
  weighted: 'at random by weight',
  'round-robin': 'in turn',
  'least-busy': 'as the least busy',
  'least-latency': 'as the one expected to answer first',
  'lowest-cost': 'as the cheapest',
  'usage-aware': 'as the one with the greatest share of its limits left',
  sticky: 'by what it has in common with other requests',
  only: 'as the only one that was left',
});
export const sayChosen = (by: string): string => sayOr(CHOSEN, by);

/** What the figures are that a strategy compared; undefined if it compares none. */
export const figureUnitOf = (by: string): string | undefined =>
  new Map([
    ['least-busy', 'attempts under way'],
    ['least-latency', 'ms until the answer'],
    ['lowest-cost', 'nano-USD'],
    ['usage-aware', '% of its limits used'],
  ]).get(by);

const MADE: Readonly<Record<AttemptReason, string>> = Object.freeze({
  first: '',
  another: ', another deployment of the order',
  again: ' again',
  next_order: ', of the next order',
  fallback: ', a fallback',
  context_fallback: ', a fallback for what is too long',
  content_policy_fallback: ', a fallback for what the policy of a provider refuses',
  budget_fallback: ', a fallback for when a budget is nearly spent',
});
export const sayMade = (reason: string): string => sayOr(MADE, reason);

/** Such as `812 ms` or `4.2 s`. */
export function sayDuration(us: number): string {
  const ms = us / 1_000;
  if (ms < 1) return `${us} µs`;
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`;
}

export const sayUsd = (nanoUsd: number): string => `${formatUsd(nanoUsd)} USD`;

export const sayCount = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
