import { blockableKinds, type EntityKind, entityKinds, eventType, isBlockable, isNodeKind } from '@tollgate/schema';
import { describe, expect, test } from 'vitest';
import type { Command } from './command.ts';
import { definitionOf } from './definitions.ts';
import type { EntityState } from './entity.ts';

/** Stands for what is declared of any kind; only keys look into theirs. */
const spec = { description: 'any', secret: { sha256: 'a'.repeat(64) } } as unknown as EntityState['spec'];
const command = (kind: EntityKind, op: string) =>
  ({ op, kind, name: 'x', intent: spec }) as unknown as Command<EntityKind>;
const declared = entityKinds.filter((kind) => kind !== 'virtual-key');

describe.each(declared)('%s', (kind) => {
  const { decider } = definitionOf<EntityKind>(kind);

  test('is created, updated and deleted under its own events', () => {
    const created = { type: eventType(kind, 'Created'), data: spec };
    expect(decider.decide(command(kind, 'put'), undefined)).toEqual({ kind: 'accepted', events: [created] });
    expect(decider.decide(command(kind, 'put'), { spec: {} as typeof spec })).toMatchObject({
      events: [{ type: eventType(kind, 'Updated') }],
    });
    expect(decider.decide(command(kind, 'delete'), { spec })).toMatchObject({
      events: [{ type: eventType(kind, 'Deleted') }],
    });
    expect(decider.evolve(undefined, created as Parameters<typeof decider.evolve>[1])).toEqual({ spec });
  });
});

describe.each(blockableKinds)('%s, which can be blocked', (kind) => {
  const { decider } = definitionOf<EntityKind>(kind);

  test('is blocked and unblocked once, and a put leaves that as it is', () => {
    const [free, blocked] = [{ spec }, { spec, blocked: true }] as const;
    expect(decider.decide(command(kind, 'block'), free)).toMatchObject({
      events: [{ type: eventType(kind, 'Blocked') }],
    });
    expect(decider.decide(command(kind, 'block'), blocked)).toEqual({ kind: 'accepted', events: [] });
    expect(decider.decide(command(kind, 'unblock'), free)).toEqual({ kind: 'accepted', events: [] });
    expect(decider.decide(command(kind, 'block'), undefined)).toMatchObject({ kind: 'refused', code: 'not_found' });
    const updated = { type: eventType(kind, 'Updated'), data: spec } as Parameters<typeof decider.evolve>[1];
    expect(decider.evolve(blocked, updated)).toEqual(blocked);
  });

  test('is sent to nodes as blocked', () => {
    const item = definitionOf<EntityKind>(kind).toItem('x', { spec, blocked: true });
    expect(item).toMatchObject({ kind, id: 'x', value: { blocked: true } });
  });
});

test('nodes get items of the kinds that they know, and of no others', () => {
  const others = entityKinds.filter((kind) => !isNodeKind(kind));
  expect(others.map((kind) => definitionOf<EntityKind>(kind).toItem('x', { spec }))).toEqual(
    others.map(() => undefined),
  );
  expect(others.filter(isBlockable)).toEqual([]);
});
