import { parseDocument } from '@tollgate/schema';
import { describe, expect, it } from 'vitest';
import type { PlanEntry } from '../api/plan-answer.ts';
import { parseSavedPlan, toSavedPlan } from './saved-plan.ts';

const { declarations } = parseDocument([
  {
    path: 'a.yaml',
    text: 'tollgate: 1\nproviders: { p: { type: openai, apiKey: { env: KEY } } }\nteams: { t: {}, same: {} }',
  },
]);
const entry = (action: PlanEntry['action'], kind: PlanEntry['kind'], name: string): PlanEntry => ({
  ...{ action, kind, name, fields: [], cause: 'REQUESTED', owner: 'gateway', notEnforced: [], previous: null },
});
const entries = [entry('CREATE', 'provider', 'p'), entry('UPDATE', 'team', 't'), entry('DELETE', 'team', 'gone')];
const origin = { id: 'i', createdAt: '2027-01-01T00:00:00.000Z', owner: 'gateway', takeOver: undefined };
const plan = toSavedPlan(declarations, { revision: 7, entries }, origin);

describe('a saved plan', () => {
  it('has what is changed and deleted, and nothing of what stays as it is', () => {
    expect(plan.puts.map(({ name, at }) => `${name} ${at.file}:${at.line}`)).toEqual(['p a.yaml:2', 't a.yaml:3']);
    expect(plan.deletes).toEqual([{ kind: 'team', name: 'gone' }]);
  });

  it('is the same after it was written and read', () => {
    expect(parseSavedPlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  it.each([
    ['another version', { ...plan, tollgatePlan: 2 }],
    ['a declaration that is none', { ...plan, puts: [{ ...plan.puts[0], declaration: { type: 7 } }] }],
    ['no plan', { entries: [] }],
    ['nothing', null],
  ])('is not read from %s', (_, value) => {
    expect(parseSavedPlan(value)).toBeUndefined();
  });
});
