import type { EntityKind } from '@tollgate/schema';

/** What people call a kind: `access group`; a virtual key is a key. */
export const toKindWords = (kind: EntityKind): string => (kind === 'virtual-key' ? 'key' : kind.replaceAll('-', ' '));
