import { hashSecret } from '@tollgate/schema';
import { expect, test } from 'vitest';
import type { Intents } from '../aggregate/command.ts';
import type { FindSpec } from '../aggregate/entity-definition.ts';
import { virtualKeyDecider } from './virtual-key.decider.ts';
import { virtualKeyDefinition } from './virtual-key.definition.ts';

const stored = { sha256: hashSecret('the stored secret') };
const spareSecret = 'sk-tg-spare';
const put = (intent: Omit<Intents['virtual-key'], 'spareSecret'>) =>
  ({ op: 'put', kind: 'virtual-key', name: 'k', intent: { ...intent, spareSecret } }) as const;
const block = { op: 'block', kind: 'virtual-key', name: 'k' } as const;
const unblock = { op: 'unblock', kind: 'virtual-key', name: 'k' } as const;

test('given no key, when one is put without a secret, then it gets the hash of the spare one', () => {
  const data = { team: 't', secret: { sha256: hashSecret(spareSecret) } };
  expect(virtualKeyDecider.decide(put({ team: 't' }), undefined)).toEqual({
    kind: 'accepted',
    events: [{ type: 'VirtualKeyCreated', data }],
  });
});

test('given a key, when it is put without a secret, then it keeps its own', () => {
  expect(virtualKeyDecider.decide(put({}), { spec: { secret: stored } })).toEqual({ kind: 'accepted', events: [] });
  expect(virtualKeyDecider.decide(put({ tags: ['x'] }), { spec: { secret: stored } })).toMatchObject({
    events: [{ type: 'VirtualKeyUpdated', data: { tags: ['x'], secret: stored } }],
  });
});

test('given a key, when it is blocked or unblocked again, then nothing happens', () => {
  const [free, blocked] = [{ spec: { secret: stored } }, { spec: { secret: stored }, blocked: true }] as const;
  expect(virtualKeyDecider.decide(block, free)).toMatchObject({ events: [{ type: 'VirtualKeyBlocked' }] });
  expect(virtualKeyDecider.decide(block, blocked)).toEqual({ kind: 'accepted', events: [] });
  expect(virtualKeyDecider.decide(unblock, blocked)).toMatchObject({ events: [{ type: 'VirtualKeyUnblocked' }] });
  expect(virtualKeyDecider.decide(unblock, free)).toEqual({ kind: 'accepted', events: [] });
  expect(virtualKeyDecider.decide(block, undefined)).toMatchObject({ kind: 'refused', code: 'not_found' });
});

test('a put leaves a key blocked; a key that is created anew is not', () => {
  const blocked = { spec: { secret: stored }, blocked: true } as const;
  const data = { secret: stored, tags: ['x'] };
  expect(virtualKeyDecider.evolve(blocked, { type: 'VirtualKeyUpdated', data })).toEqual({ spec: data, blocked: true });
  const deleted = virtualKeyDecider.evolve(blocked, { type: 'VirtualKeyDeleted', data: {} });
  expect(virtualKeyDecider.evolve(deleted, { type: 'VirtualKeyCreated', data })).toEqual({ spec: data });
  expect(virtualKeyDecider.evolve(blocked, { type: 'VirtualKeyUnblocked', data: {} })).toEqual({ spec: blocked.spec });
});

test('nodes get the hash and the instant in milliseconds, but not the metadata', () => {
  const spec = { secret: stored, expiresAt: '1970-01-01T02:00:01+02:00', metadata: { owner: 'x' } };
  expect(virtualKeyDefinition.toItem('k', { spec, blocked: true })).toEqual({
    kind: 'virtual-key',
    id: 'k',
    value: { secretHash: stored.sha256, expiresAtMs: 1_000, blocked: true },
  });
});

const projectOf = (team: string) => (() => ({ team })) as unknown as FindSpec;

test('a key of a project is not of another team than the project', () => {
  const spec = { team: 't', project: 'p', secret: stored };
  expect(virtualKeyDefinition.check('k', spec, projectOf('t'))).toEqual([]);
  expect(virtualKeyDefinition.check('k', { project: 'p', secret: stored }, projectOf('other'))).toEqual([]);
  const [problem] = virtualKeyDefinition.check('k', spec, projectOf('other'));
  expect(problem).toMatchObject({ path: 'project', message: expect.stringContaining('belongs to team other') });
});
