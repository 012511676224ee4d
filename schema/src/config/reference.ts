import { z } from 'zod';
import type { EntityKind } from './entity-kind.ts';
import { type FieldMark, mark, markOf } from './marks.ts';
import { modelName, nameSchemaOf } from './name.ts';

/** A field that holds the name of another entity, which must exist. */
export const reference = (kind: EntityKind, { parent = false }: { readonly parent?: boolean } = {}) =>
  mark(nameSchemaOf(kind), { reference: { kinds: [kind], parent, soft: false } });

/** A name or wildcard of models. It need not name one, but a model or alias that it names is in use. */
export const modelPattern = mark(modelName, { reference: { kinds: ['model', 'alias'], parent: false, soft: true } });

/** A name by which clients ask for a model: of a model, or an alias of one. */
export const publicModelName = nameSchemaOf('alias');

/** The same where it names one; whoever declares it sees to it that there is one. */
export const publicModel = mark(publicModelName, {
  reference: { kinds: ['model', 'alias'], parent: false, soft: true },
});

/** A name by which one entity refers to another, and where it stands, such as `deployments[0].provider`. */
export type Reference = {
  readonly kind: EntityKind;
  readonly name: string;
  readonly path: string;
  /** Whether the one that refers belongs to the other: to its organization, team or project. */
  readonly parent: boolean;
  /** Whether the other need not exist. */
  readonly soft: boolean;
};

/** A marked field within a schema; `[]` in its path stands for each item of a list, `{}` for each value of a map. */
export type MarkedPath = { readonly path: readonly string[]; readonly mark: FieldMark };

/** All marked fields of a schema, those of inner objects and lists included. */
export function markedPathsOf(schema: z.core.$ZodType, path: readonly string[] = []): readonly MarkedPath[] {
  const own = Object.keys(markOf(schema)).length > 0 ? [{ path, mark: markOf(schema) }] : [];
  return [...own, ...innerPathsOf(schema, path)];
}

function innerPathsOf(schema: z.core.$ZodType, path: readonly string[]): readonly MarkedPath[] {
  if (schema instanceof z.ZodOptional) return innerPathsOf(schema.unwrap(), path);
  if (schema instanceof z.ZodArray) return markedPathsOf(schema.element, [...path, '[]']);
  if (schema instanceof z.ZodRecord) return markedPathsOf(schema.valueType, [...path, '{}']);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([field, inner]) => markedPathsOf(inner, [...path, field]));
}

/** The references among marked fields that a value holds. */
export function referencesAt(paths: readonly MarkedPath[], value: unknown): readonly Reference[] {
  return paths.flatMap(({ path, mark: { reference: meaning } }) => {
    if (!meaning) return [];
    const { kinds, parent, soft } = meaning;
    return textsAt(value, path, '').flatMap(({ path: at, text }) =>
      soft && text.endsWith('*') ? [] : kinds.map((kind) => ({ kind, name: text, path: at, parent, soft })),
    );
  });
}

type FoundText = { readonly path: string; readonly text: string };

function textsAt(value: unknown, [step, ...rest]: readonly string[], at: string): readonly FoundText[] {
  if (step === undefined) return typeof value === 'string' ? [{ path: at, text: value }] : [];
  if (step === '[]') {
    return Array.isArray(value) ? value.flatMap((item, index) => textsAt(item, rest, `${at}[${index}]`)) : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  const members = value as Readonly<Record<string, unknown>>;
  const steps = step === '{}' ? Object.keys(members) : [step].filter((name) => Object.hasOwn(members, name));
  return steps.flatMap((name) => textsAt(members[name], rest, at === '' ? name : `${at}.${name}`));
}
