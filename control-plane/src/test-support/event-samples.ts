import { readFileSync } from 'node:fs';
import type { EntityKind, Json } from '@tollgate/schema';
import type { StoredEvent } from '../event-store/stored-event.ts';

type Sample = { readonly type: string; readonly schemaVersion: number; readonly data: Json };
export type SampleFile = { readonly streamId: string; readonly events: readonly Sample[] };

/** Events as version 1 wrote them. They are in logs out there, so these files are added to and never changed. */
export const readSamples = (kind: EntityKind): SampleFile =>
  JSON.parse(
    readFileSync(new URL(`../event-store/upcast/samples/v1/${kind}.json`, import.meta.url), 'utf8'),
  ) as SampleFile;

export function toStored({ streamId, events }: SampleFile): readonly StoredEvent[] {
  return events.map((event, index) => ({
    ...event,
    streamId,
    position: index + 1,
    version: index + 1,
    metadata: { changeSetId: 'c', actor: 'ada', source: 'cli', owner: 'acme' },
    recordedAt: new Date('2026-11-23T00:00:00Z'),
    hash: '0'.repeat(64),
  }));
}
