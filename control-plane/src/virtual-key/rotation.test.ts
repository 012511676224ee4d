import { hashSecret } from '@tollgate/schema';
import { expect, test } from 'vitest';
import type { RotateCommand } from '../aggregate/command.ts';
import type { EntityState } from '../aggregate/entity.ts';
import { takenSecretsOf } from './taken-secrets.ts';
import { virtualKeyDecider } from './virtual-key.decider.ts';
import { virtualKeyDefinition } from './virtual-key.definition.ts';

type KeyState = EntityState<'virtual-key'>;

const HOUR_MS = 3_600_000;
const noon = new Date('2026-01-01T12:00:00Z');
const old: KeyState = { spec: { team: 't', secret: { sha256: hashSecret('the first secret'), ref: { env: 'KEY' } } } };
const rotation = (more: Partial<RotateCommand> = {}): RotateCommand => ({
  op: 'rotate',
  kind: 'virtual-key',
  name: 'k',
  spareSecret: 'sk-tg-spare',
  at: noon,
  graceMs: HOUR_MS,
  ...more,
});

/** What a rotation makes of a key. */
function rotate(state: KeyState, more: Partial<RotateCommand>): KeyState {
  const decision = virtualKeyDecider.decide(rotation(more), state);
  if (decision.kind === 'refused') throw new Error(decision.message);
  return decision.events.reduce<KeyState | undefined>(virtualKeyDecider.evolve, state) ?? state;
}

test('given a key, when it is rotated with a grace, then the spare secret is its own and the old one is taken until then', () => {
  expect(virtualKeyDecider.decide(rotation(), old)).toEqual({
    kind: 'accepted',
    events: [
      {
        type: 'VirtualKeyRotated',
        data: {
          sha256: hashSecret('sk-tg-spare'),
          rotatedAt: '2026-01-01T12:00:00.000Z',
          graceUntil: '2026-01-01T13:00:00.000Z',
        },
      },
    ],
  });
  expect(rotate(old, {})).toEqual({
    spec: { team: 't', secret: { sha256: hashSecret('sk-tg-spare') } },
    previousSecrets: [{ sha256: old.spec.secret.sha256, graceUntil: '2026-01-01T13:00:00.000Z' }],
  });
});

test('without a grace the old secret is refused at once', () => {
  expect(rotate(old, { graceMs: 0 }).previousSecrets).toBeUndefined();
});

test('a rotation to a given secret takes that one; to the one it has, nothing happens', () => {
  const secret = { sha256: hashSecret('chosen'), ref: { file: 'k.txt' } };
  expect(rotate(old, { secret }).spec.secret).toEqual(secret);
  expect(virtualKeyDecider.decide(rotation({ secret: old.spec.secret }), old)).toEqual({
    kind: 'accepted',
    events: [],
  });
});

test('given no key, a rotation is refused by name', () => {
  expect(virtualKeyDecider.decide(rotation(), undefined)).toMatchObject({ kind: 'refused', code: 'not_found' });
});

test('several rotations keep each secret for its own grace, and what has passed is forgotten', () => {
  const once = rotate(old, { spareSecret: 'second', graceMs: HOUR_MS });
  const twice = rotate(once, { spareSecret: 'third', graceMs: 5 * HOUR_MS });
  expect(twice.previousSecrets?.map(({ sha256 }) => sha256)).toEqual([
    hashSecret('second'),
    hashSecret('the first secret'),
  ]);
  const later = rotate(twice, { spareSecret: 'fourth', at: new Date(noon.getTime() + 2 * HOUR_MS) });
  expect(later.previousSecrets?.map(({ sha256 }) => sha256)).toEqual([hashSecret('third'), hashSecret('second')]);
});

test('a key that is rotated back to an earlier secret does not hold it twice', () => {
  const once = rotate(old, {});
  const back = rotate(once, { secret: { sha256: old.spec.secret.sha256 } });
  expect(takenSecretsOf('virtual-key', back)).toEqual([old.spec.secret.sha256, hashSecret('sk-tg-spare')]);
});

test('at most five earlier secrets are taken at once; one more is refused with the instant from which it can be', () => {
  const five = [1, 2, 3, 4, 5].reduce((state, n) => rotate(state, { spareSecret: `s${n}`, graceMs: n * HOUR_MS }), old);
  expect(five.previousSecrets).toHaveLength(5);
  const decision = virtualKeyDecider.decide(rotation({ spareSecret: 's6' }), five);
  expect(decision).toMatchObject({ kind: 'refused', message: expect.stringContaining('2026-01-01T13:00:00.000Z') });
});

test('a put with another secret ends every grace; one without leaves secret and grace', () => {
  const rotated = rotate(old, {});
  const put = (data: KeyState['spec']) => virtualKeyDecider.evolve(rotated, { type: 'VirtualKeyUpdated', data });
  expect(put({ ...rotated.spec, tags: ['x'] })?.previousSecrets).toHaveLength(1);
  const other = { secret: { sha256: hashSecret('other') } };
  expect(put(other)).toEqual({ spec: other });
});

test('a blocked key stays blocked when it is rotated', () => {
  expect(rotate({ ...old, blocked: true }, {})).toMatchObject({ blocked: true });
});

test('nodes get earlier secrets with the instant in milliseconds', () => {
  expect(virtualKeyDefinition.toItem('k', rotate(old, {}))).toMatchObject({
    value: {
      secretHash: hashSecret('sk-tg-spare'),
      previousSecrets: [{ hash: old.spec.secret.sha256, untilMs: noon.getTime() + HOUR_MS }],
    },
  });
});
