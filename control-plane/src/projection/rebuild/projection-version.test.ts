import { createHash } from 'node:crypto';
import { canonicalJson, type EntityKind, entityKinds, type Json } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { toSnapshotItem } from '../../aggregate/definitions.ts';
import type { Entity } from '../../aggregate/entity.ts';
import { readSamples, toStored } from '../../test-support/event-samples.ts';
import { applyEvent } from '../apply-event.ts';
import { toRow } from '../entity-row.ts';
import { projectionVersion } from './projection-version.ts';

/** What the sample events of a kind are projected to: the row and the item for nodes after each of them. */
function projectSamples(kind: EntityKind): Json {
  let entity: Entity | undefined;
  return toStored(readSamples(kind)).map((event) => {
    entity = applyEvent(entity, event, event.position);
    return entity ? [toRow(entity, null), (toSnapshotItem(entity) ?? null) as Json] : null;
  });
}

const digestOf = (kind: EntityKind): string =>
  createHash('sha256')
    .update(canonicalJson(projectSamples(kind)))
    .digest('hex')
    .slice(0, 8);

const VERSION = 1;
const DIGESTS: Readonly<Record<EntityKind, string>> = {
  'access-group': '10a7573c',
  'alert-rule': '2e0277a6',
  alias: 'a9ae9faa',
  'approval-rule': 'e14fb21e',
  budget: 'c1601042',
  customer: '96f51f5c',
  member: '9b4e1d11',
  model: 'fb84c134',
  'node-group': '0b1b7aac',
  organization: 'fa0bf756',
  'pass-through-endpoint': '73405ae4',
  'price-override': 'db57d644',
  project: '5bf56e9c',
  provider: 'cecb9847',
  'rate-limit': 'aa93b771',
  'role-binding': '61ca042d',
  'service-account': 'a937c27a',
  tag: '48122c7f',
  team: '000560fd',
  user: '58853b31',
  'virtual-key': '82135e39',
  webhook: 'c4f6a11a',
};

/**
 * If this fails, events are projected to something else than before. Raise `FORM` in `projection-version.ts`, unless an
 * upcaster has raised the version already, and write both here: then databases are brought up to date at the next start.
 * Otherwise they keep rows and checksums that do not match what is made of new events. A kind or a sample that is new
 * changes nothing for what is stored, and needs no other version.
 */
test('what events are projected to changes only together with the version', () => {
  expect(Object.fromEntries(entityKinds.map((kind) => [kind, digestOf(kind)]))).toEqual(DIGESTS);
  expect(projectionVersion()).toBe(VERSION);
});

test('each upcaster raises the version', () => {
  const step = (data: Json) => data;
  expect(projectionVersion({ TeamUpdated: [step, step], ModelCreated: [step] })).toBe(projectionVersion({}) + 3);
});
