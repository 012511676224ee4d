import { type EntityKind, kinds, markOf } from '@tollgate/schema';
import { differs, maps, type Verdict } from './verdict.ts';

/**
 * What is said of a key that becomes a declaration: it maps if this version acts upon that, and differs as long as it is only
 * stored, which the schema knows.
 * @param field of the kind's declaration; left out, the kind as a whole is meant
 * @param how where it does not do quite the same
 */
export function stored(kind: EntityKind, field: string | undefined, target: string, how = ''): Verdict {
  const { shape } = kinds[kind].declaration;
  const fieldSchema = field === undefined ? undefined : (shape as Readonly<Record<string, FieldSchema>>)[field];
  const isStoredOnly = [kinds[kind].declaration, fieldSchema].some((schema) => schema && markOf(schema).notEnforced);
  const notes = [how, isStoredOnly ? 'stored and shown; this version does not act upon it yet' : ''].filter(Boolean);
  return notes.length === 0 ? maps(target) : differs(`→ ${target}: ${notes.join('; ')}`);
}

type FieldSchema = Parameters<typeof markOf>[0];
