import { type EntityKind, eventType, type Json } from '@tollgate/schema';
import { definitionOf } from '../aggregate/definitions.ts';
import { parseEntityId } from '../aggregate/entity.ts';
import { SHOWN_SECRET } from '../aggregate/show-spec.ts';
import type { StoredEvent } from '../event-store/stored-event.ts';
import { upcast } from '../event-store/upcast/upcast.ts';

type JsonObject = { readonly [member: string]: Json | undefined };

/** What people may read of the data of an event: what was declared as its kind shows it, and of all else no secret. */
export function showEvent(stored: StoredEvent): Json {
  const { streamId, type, data } = upcast(stored);
  const { kind } = parseEntityId(streamId);
  if (!isObject(data)) return mask(data);
  switch (type) {
    case eventType(kind, 'Created'):
    case eventType(kind, 'Updated'):
      return showSpec(kind, data);
    case eventType(kind, 'Restored'): {
      const { spec, ...acts } = data;
      return { ...(mask(acts) as JsonObject), spec: isObject(spec) ? showSpec(kind, spec) : null };
    }
    default:
      return mask(data);
  }
}

function showSpec(kind: EntityKind, spec: JsonObject): Json {
  const { show } = definitionOf<EntityKind>(kind);
  return show(spec as unknown as Parameters<typeof show>[0], undefined);
}

/** Whatever is sealed or hashed is a secret, wherever it stands. */
export function mask(value: Json): Json {
  if (Array.isArray(value)) return value.map(mask);
  if (!isObject(value)) return value;
  const { sealed, sha256, ...shown } = value;
  const members = Object.entries(shown).flatMap(([key, member]) => (member === undefined ? [] : [[key, mask(member)]]));
  const isSecret = sealed !== undefined || sha256 !== undefined;
  return Object.fromEntries(isSecret ? [['value', SHOWN_SECRET], ...members] : members);
}

const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
