import { DOCUMENT_VERSION, documentSections } from '@tollgate/schema';
import type { Declared } from '../api/declarations.ts';

/** A config document as a plain value. */
export type DocumentValue = { readonly tollgate: number; readonly owner?: string } & Readonly<Record<string, unknown>>;

/** Entities as one document: sections in the order of the format, names in that of their characters. */
export function toDocument(entities: readonly Declared[], owner: string | undefined): DocumentValue {
  const sections = Object.entries(documentSections).flatMap(([section, kind]) => {
    const members = entities.filter((entity) => entity.kind === kind).toSorted(byName);
    if (members.length === 0) return [];
    return [[section, Object.fromEntries(members.map(({ name, declaration }) => [name, declaration]))] as const];
  });
  return { tollgate: DOCUMENT_VERSION, ...(owner !== undefined && { owner }), ...Object.fromEntries(sections) };
}

const byName = (one: Declared, other: Declared): number => (one.name < other.name ? -1 : 1);
