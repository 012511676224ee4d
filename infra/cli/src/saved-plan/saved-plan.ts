import { type DocumentEntity, documentSchemas, type EntityKind, entityKinds } from '@tollgate/schema';
import { z } from 'zod';
import type { Plan } from '../api/plan-answer.ts';

const VERSION = 1;

const kind = z.enum(entityKinds);
const place = z.object({ file: z.string(), line: z.number(), column: z.number() });
const fieldChange = z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() });
/** As much of an entry as says what is done; who changed it before may be read again. */
const entry = z.object({ action: z.string(), kind, name: z.string(), fields: z.array(fieldChange) });

/** A plan that was looked at, to be applied later just so. It holds no secret, only where each is read from. */
export const savedPlan = z.object({
  tollgatePlan: z.literal(VERSION),
  /** Made when it was planned; applied twice, it is committed once. */
  id: z.string().min(1),
  createdAt: z.iso.datetime(),
  /** The revision that it was made on. */
  revision: z.int().min(0),
  owner: z.string().optional(),
  takeOver: z.boolean().optional(),
  /** What it creates and changes, as the document declares it; what it leaves as it is, is not in it. */
  puts: z.array(z.object({ kind, name: z.string(), declaration: z.unknown(), at: place })),
  deletes: z.array(z.object({ kind, name: z.string() })),
  /** What was shown. */
  entries: z.array(entry),
});

export type SavedPlan = Omit<z.infer<typeof savedPlan>, 'puts'> & { readonly puts: readonly DocumentEntity[] };

export type PlanOrigin = {
  readonly id: string;
  readonly createdAt: string;
  readonly owner: string | undefined;
  readonly takeOver: boolean | undefined;
};

/** Keeps of a document what the plan changes, and what the plan deletes. */
export function toSavedPlan(
  declarations: readonly DocumentEntity[],
  { revision, entries }: Pick<Plan, 'revision' | 'entries'>,
  { owner, takeOver, ...origin }: PlanOrigin,
): SavedPlan {
  const idOf = (one: { readonly kind: EntityKind; readonly name: string }) => `${one.kind}:${one.name}`;
  const touched = new Set(entries.filter(({ action }) => action !== 'DELETE').map(idOf));
  return {
    tollgatePlan: VERSION,
    ...origin,
    revision,
    ...(owner !== undefined && { owner }),
    ...(takeOver && { takeOver }),
    puts: declarations.filter((declared) => touched.has(idOf(declared))),
    deletes: entries.filter(({ action }) => action === 'DELETE').map(({ kind, name }) => ({ kind, name })),
    entries: entries.map(({ action, kind, name, fields }) => ({ action, kind, name, fields })),
  };
}

/** @returns undefined if it is no plan that this version can read */
export function parseSavedPlan(value: unknown): SavedPlan | undefined {
  const parsed = savedPlan.safeParse(value);
  if (!parsed.success) return undefined;
  const { puts, ...rest } = parsed.data;
  const entities = puts.map((put) => {
    const declared = documentSchemas[put.kind].safeParse(put.declaration);
    // Kind and declaration belong together by the schema that was taken; the compiler does not follow.
    return declared.success ? ({ ...put, declaration: declared.data } as DocumentEntity) : undefined;
  });
  const known = entities.filter((entity) => entity !== undefined);
  return known.length === entities.length ? { ...rest, puts: known } : undefined;
}
