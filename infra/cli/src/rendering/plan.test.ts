import pico from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { PlanEntry } from '../api/change-set.ts';
import { renderPlan } from './plan.ts';

const plain = pico.createColors(false);

const entries: readonly PlanEntry[] = [
  {
    action: 'CREATE',
    kind: 'virtual-key',
    name: 'search-prod',
    fields: [{ path: 'team', before: null, after: '"search"' }],
  },
  {
    action: 'UPDATE',
    kind: 'model',
    name: 'gpt-4.1',
    fields: [
      { path: 'deployments[0].weight', before: '1', after: '3' },
      { path: 'routing', before: '{"timeout":"5s"}', after: null },
    ],
  },
  {
    action: 'UPDATE',
    kind: 'provider',
    name: 'openai',
    fields: [{ path: 'apiKey', before: '(secret)', after: '"(secret changed)"' }],
  },
  { action: 'DELETE', kind: 'team', name: 'old', fields: [{ path: 'models', before: '["a"]', after: null }] },
  { action: 'BLOCK', kind: 'virtual-key', name: 'k', fields: [] },
];

describe('renderPlan', () => {
  it('draws each entry with its fields, and counts', () => {
    expect(renderPlan({ entries: [...entries], revision: 17 }, plain)).toBe(`+ key search-prod
  team: "search"
~ model gpt-4.1
  deployments[0].weight: 1 → 3
  routing: {"timeout":"5s"} → (unset)
~ provider openai
  apiKey: (secret) → (secret changed)
- team old
! key k: block

1 to create, 3 to change, 1 to delete (revision 17)`);
  });

  it('says so if there is nothing to change', () => {
    expect(renderPlan({ entries: [], revision: 17 }, plain)).toBe('No changes (revision 17)');
  });

  it('colours the line of each entry alone', () => {
    const [created] = entries;
    const text = renderPlan({ entries: created ? [created] : [], revision: 1 }, pico.createColors(true));
    expect(text.split('\n').slice(0, 2)).toEqual(['\u001b[32m+ key search-prod\u001b[39m', '  team: "search"']);
  });

  it('writes out what would move the cursor or turn the text', () => {
    const name = 'a\u001b[2Jb\u202e';
    const text = renderPlan({ entries: [{ action: 'DELETE', kind: 'team', name, fields: [] }], revision: 1 }, plain);
    expect(text.split('\n')[0]).toBe('- team a\\u001b[2Jb\\u202e');
  });
});
