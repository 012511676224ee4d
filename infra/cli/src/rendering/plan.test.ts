import pico from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { Effects, NamedInVain, PlanEntry } from '../api/plan-answer.ts';
import { renderPlan } from './plan.ts';

const plain = pico.createColors(false);
const effects: Effects = { affected: [], more: 0, hidden: 0, isComplete: true };
const nobody = { effects, approvals: { count: 0, rules: [] }, namedInVain: [] };

const rest = { cause: 'REQUESTED', owner: 'gateway', notEnforced: [] as string[], previous: null } as const;
const previous = {
  revision: 12,
  owner: 'gateway',
  ownedSince: { revision: 9, at: '2026-12-01T10:00:00.000Z' },
  actor: 'admin',
  source: 'console',
  at: '2027-01-01T10:00:00.000Z',
};

const entries: readonly PlanEntry[] = [
  {
    ...rest,
    action: 'CREATE',
    kind: 'virtual-key',
    name: 'search-prod',
    fields: [{ path: 'team', before: null, after: '"search"' }],
  },
  {
    ...rest,
    action: 'UPDATE',
    kind: 'model',
    name: 'gpt-4.1',
    previous,
    fields: [
      { path: 'deployments[0].weight', before: '1', after: '3' },
      { path: 'routing', before: '{"timeout":"5s"}', after: null },
    ],
  },
  {
    ...rest,
    action: 'UPDATE',
    kind: 'provider',
    name: 'openai',
    previous: { ...previous, owner: 'platform', source: 'cli' },
    fields: [{ path: 'apiKey', before: '(secret)', after: '"(secret changed)"' }],
  },
  {
    ...rest,
    action: 'DELETE',
    kind: 'team',
    name: 'old',
    cause: 'PRUNE',
    owner: null,
    previous,
    fields: [{ path: 'models', before: '["a"]', after: null }],
  },
  { ...rest, action: 'TAKE_OVER', kind: 'team', name: 'theirs', previous: { ...previous, owner: 'api' }, fields: [] },
  { ...rest, action: 'BLOCK', kind: 'virtual-key', name: 'k', fields: [] },
];

describe('renderPlan', () => {
  it('draws each entry with its fields, whose it is and who changed it last, and counts', () => {
    expect(renderPlan({ entries: [...entries], ...nobody, revision: 17 }, plain)).toBe(`+ key search-prod
  team: "search"
~ model gpt-4.1
  deployments[0].weight: 1 → 3
  routing: {"timeout":"5s"} → (unset)
  owned by gateway since 2026-12-01T10:00:00.000Z, revision 9; changed by admin (console) at 2027-01-01T10:00:00.000Z, revision 12
~ provider openai
  apiKey: (secret) → (secret changed)
  owned by platform since 2026-12-01T10:00:00.000Z, revision 9; changed by admin (cli) at 2027-01-01T10:00:00.000Z, revision 12
  belongs to gateway from then on
- team old (no longer declared)
  owned by gateway since 2026-12-01T10:00:00.000Z, revision 9; changed by admin (console) at 2027-01-01T10:00:00.000Z, revision 12
~ team theirs
  owned by api since 2026-12-01T10:00:00.000Z, revision 9; changed by admin (console) at 2027-01-01T10:00:00.000Z, revision 12
  belongs to gateway from then on
! key k: block

1 to create, 4 to change, 1 to delete (revision 17)`);
  });

  it('says what is stored but not enforced yet', () => {
    const idle = [
      { ...rest, action: 'CREATE', kind: 'budget', name: 'b', notEnforced: ['*'], fields: [] },
      { ...rest, action: 'UPDATE', kind: 'team', name: 't', notEnforced: ['budgets', 'rateLimits'], fields: [] },
    ] as const;
    const text = renderPlan({ entries: idle as unknown as PlanEntry[], ...nobody, revision: 1 }, plain);
    expect(text).toContain(
      '\n\nStored, but not enforced by this version yet: budget b, budgets and rateLimits of team t\n\n',
    );
  });

  it('says how many others have to approve it, and because of what', () => {
    const render = (count: number, rules: string[]) =>
      renderPlan({ entries: [...entries], effects, approvals: { count, rules }, namedInVain: [], revision: 1 }, plain);
    expect(render(2, ['routing', 'acme'])).toContain(
      '\n\nNeeds 2 approvals by others than who proposes it (approval rule routing, acme)\n\n',
    );
    expect(render(1, [])).toContain('\n\nNeeds 1 approval by others than who proposes it\n\n');
  });

  it('says which models are listed although there are none of these names', () => {
    const [created] = entries;
    const namedInVain: NamedInVain[] = [
      { kind: 'virtual-key', name: 'k', models: ['gtp-4', 'gpt-5'] },
      ...Array.from({ length: 6 }, (_, index) => ({ kind: 'team' as const, name: `t${index}`, models: ['x'] })),
    ];
    const shown = { entries: created ? [created] : [], ...nobody, namedInVain, revision: 1 };
    expect(renderPlan(shown, plain)).toContain(
      'There is no model or alias of these names:\n  key k: gtp-4, gpt-5\n  team t0: x\n  team t1: x\n  team t2: x\n  team t3: x\n  and 2 more\n\n',
    );
  });

  it('says so if there is nothing to change', () => {
    expect(renderPlan({ entries: [], ...nobody, revision: 17 }, plain)).toBe('No changes (revision 17)');
  });

  it('colours the line of each entry alone', () => {
    const [created] = entries;
    const text = renderPlan({ entries: created ? [created] : [], ...nobody, revision: 1 }, pico.createColors(true));
    expect(text.split('\n').slice(0, 2)).toEqual(['\u001b[32m+ key search-prod\u001b[39m', '  team: "search"']);
  });

  it('writes out what would move the cursor or turn the text', () => {
    const name = 'a\u001b[2Jb\u202e';
    const text = renderPlan(
      { entries: [{ ...rest, action: 'DELETE', kind: 'team', name, fields: [] }], ...nobody, revision: 1 },
      plain,
    );
    expect(text.split('\n')[0]).toBe('- team a\\u001b[2Jb\\u202e');
  });
});
