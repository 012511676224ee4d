import { describe, expect, it } from 'vitest';
import { node as fixture } from '../testing/fixtures.ts';
import { checkFleet, checkReadiness } from './checks.ts';

const node = fixture({ revision: 5 });
const states = (checks: ReturnType<typeof checkFleet>) => checks.map(({ name, state }) => `${name} ${state}`);

describe('checkFleet', () => {
  it('is content when every connected node enforces the current revision', () => {
    const nodes = [node, { ...node, nodeId: 'n2', connected: false, revision: 2 }];
    expect(states(checkFleet({ revision: 5, nodes }))).toEqual(['nodes ok', 'revision ok']);
  });

  it('names each node that is behind, and why', () => {
    const nodes = [node, { ...node, nodeId: 'n2', revision: 4, lastError: 'disk full' }];
    const [, revision] = checkFleet({ revision: 5, nodes });
    expect(revision).toMatchObject({ state: 'problem', detail: 'current is 5; behind are n2 at 4 (disk full)' });
  });

  it('finds it a problem when no node is connected', () => {
    expect(states(checkFleet({ revision: 5, nodes: [{ ...node, connected: false }] }))).toEqual([
      'nodes problem',
      'revision skipped',
    ]);
  });
});

describe('checkReadiness', () => {
  const subject = { name: 'gateway', url: 'http://g', setting: 'X_URL', waitsFor: 'y' };

  it.each([
    [{ status: 200 }, 'ok', 'ready at http://g'],
    [{ status: 503 }, 'problem', 'not ready at http://g'],
    [{ status: 404 }, 'problem', 'http://g/readyz answers HTTP 404'],
    [{ unreachable: 'ECONNREFUSED' }, 'problem', 'not reachable at http://g (ECONNREFUSED)'],
  ])('judges %j as %s', (readiness, state, detail) => {
    expect(checkReadiness(subject, readiness)).toMatchObject({ state, detail });
  });
});
