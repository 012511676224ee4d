import type { EntityKind } from '@tollgate/schema';

/** What people call each kind. */
export const KIND_WORDS: Readonly<Record<EntityKind, string>> = Object.freeze({
  provider: 'provider',
  model: 'model',
  team: 'team',
  'virtual-key': 'key',
});
