import {
  declarationSchemas,
  type EntityKind,
  type EventVerb,
  entityKinds,
  eventType,
  isBlockable,
  personalFields,
  secretFields,
} from '@tollgate/schema';
import { expect, test } from 'vitest';
import { definitionOf, toSnapshotItem } from '../../aggregate/definitions.ts';
import { type Entity, parseEntityId } from '../../aggregate/entity.ts';
import { showEvent } from '../../history/show-event.ts';
import { applyEvent } from '../../projection/apply-event.ts';
import { readSamples, toStored } from '../../test-support/event-samples.ts';

const verbsOf = (kind: EntityKind): readonly EventVerb[] => [
  'Created',
  'Updated',
  ...(isBlockable(kind) ? (['Blocked', 'Unblocked'] as const) : []),
  ...(kind === 'virtual-key' ? (['Rotated'] as const) : []),
  ...(personalFields(kind).length > 0 ? (['Erased'] as const) : []),
  'Restored',
  'Deleted',
];

/** What is stored with sealed fields put back in the clear, so that the schema of declarations can judge the rest. */
function toDeclaration({ kind, state }: Entity): object {
  const spec = state.spec as Readonly<Record<string, object | undefined>>;
  const secrets = secretFields(kind).flatMap(({ field, as }) =>
    spec[field] && as === 'sealed' ? [[field, { value: 'a-secret-of-16-characters' }]] : [],
  );
  const personal = personalFields(kind).map((field) => [field, field === 'email' ? 'ada@example.test' : 'Ada']);
  const { ref: _, ...hashed } = (spec['secret'] ?? {}) as { readonly ref?: unknown };
  return {
    ...spec,
    ...(kind === 'virtual-key' && { secret: hashed }),
    ...Object.fromEntries([...secrets, ...personal]),
  };
}

test.each(entityKinds)('there is a sample of every event that happens to a %s', (kind) => {
  const types = new Set(readSamples(kind).events.map(({ type }) => type));
  expect([...types].sort()).toEqual(
    verbsOf(kind)
      .map((verb) => eventType(kind, verb))
      .sort(),
  );
});

test.each(entityKinds)(
  'what version 1 wrote of a %s is read: folded, shown, sent to nodes, and valid by the schema of today',
  (kind) => {
    let entity: Entity | undefined;
    for (const event of toStored(readSamples(kind))) {
      entity = applyEvent(entity, event, event.position);
      expect(() => showEvent(event)).not.toThrow();
      if (!entity) continue;
      toSnapshotItem(entity);
      definitionOf<EntityKind>(kind).show(entity.state.spec, undefined);
      const parsed = declarationSchemas[kind].safeParse(toDeclaration(entity));
      expect(parsed.error?.issues, event.type).toBeUndefined();
    }
    expect(entity).toBeUndefined();
  },
);

test.each(entityKinds)('a sample of a %s leads to the state that its events say', (kind) => {
  const samples = readSamples(kind);
  expect(parseEntityId(samples.streamId).kind).toBe(kind);
  const events = toStored(samples).slice(0, -1);
  const entity = events.reduce<Entity | undefined>(
    (before, event) => applyEvent(before, event, event.position),
    undefined,
  );
  const restored = events.findLast(({ type }) => type === eventType(kind, 'Restored'));
  expect(entity?.state).toEqual(restored?.data);
});
