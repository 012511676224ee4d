import pico from 'picocolors';
import { expect, it } from 'vitest';
import type { AffectedEntity } from '../api/plan-answer.ts';
import { renderEffects } from './effects.ts';

const plain = pico.createColors(false);
const none = { stops: null, starts: false, modelsGained: [], modelsLost: [], limits: [] };
const keys = (count: number, rest: Partial<AffectedEntity>): readonly AffectedEntity[] =>
  Array.from({ length: count }, (_, index) => ({ ...none, kind: 'virtual-key', name: `k${index}`, ...rest }));

it('names together those whom a change concerns alike, and how many more there are', () => {
  const lost = { modelsLost: ['gpt-4.1'], modelsGained: ['openai/*'] };
  const budget = { setOn: 'team:search', measure: 'USD per day', before: '200 USD', after: '100 USD', isRaised: false };
  const affected: readonly AffectedEntity[] = [
    ...keys(1, { stops: 'team search is blocked' }),
    { ...none, ...lost, kind: 'team', name: 'search' },
    ...keys(7, lost),
    ...keys(1, { limits: [budget, { ...budget, before: null, after: '9 USD' }] }),
  ];
  expect(
    renderEffects({ affected: [...affected], more: 12, hidden: 2, isComplete: false }, plain),
  ).toBe(`What this means:
  key k0
    stops working: team search is blocked
  team search; keys k0, k1, k2, k3, k4 and 2 more
    loses models: gpt-4.1
    gains models: openai/*
  key k0
    limit of USD per day of team search: 200 USD → 100 USD (less)
    limit of USD per day of team search: none → 9 USD (less)
  … and 12 more are affected
  2 entities that you may not see
  There may be others: there are too many to look at all of them`);
});

it('says nothing if nobody is concerned', () => {
  expect(renderEffects({ affected: [], more: 0, hidden: 0, isComplete: true }, plain)).toBe('');
});
