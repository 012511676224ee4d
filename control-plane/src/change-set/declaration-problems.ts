import { declarationSchemas, type EntityKind, nameSchemas, type Rotation, rotation } from '@tollgate/schema';
import type { core, z } from 'zod';

export type FieldProblem = { readonly path: string; readonly message: string };

/** Postgres' jsonb cannot hold a zero character, and half a surrogate pair is no text. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** Checks an entity's name and the shape of its declaration; names every wrong field. */
export const parseDeclaration = (kind: EntityKind, name: string, declaration: unknown): Parsed<object> =>
  parse(declarationSchemas[kind], declaration, findNameProblems(kind, name));

/** The same for what a rotation of a key asks for. */
export const parseRotation = (name: string, asked: unknown): Parsed<Rotation> =>
  parse(rotation, asked, findNameProblems('virtual-key', name));

function parse<Value>(schema: z.ZodType<Value>, given: unknown, before: readonly FieldProblem[]): Parsed<Value> {
  const parsed = schema.safeParse(given);
  const problems = [
    ...before,
    ...(parsed.error?.issues ?? []).flatMap((issue) => toFieldProblems(issue)),
    ...(parsed.success ? findUnstorable(parsed.data) : []),
  ];
  return problems.length > 0 || !parsed.success ? { ok: false, problems } : { ok: true, value: parsed.data };
}

export function findNameProblems(kind: EntityKind, name: string): readonly FieldProblem[] {
  const issues = nameSchemas[kind].safeParse(name).error?.issues ?? [];
  return issues.map(({ message }) => ({ path: 'name', message }));
}

/** Of a union, the branch that fits best speaks, because 'invalid input' helps nobody. */
function toFieldProblems(issue: core.$ZodIssue, parent: readonly PropertyKey[] = []): readonly FieldProblem[] {
  const path = [...parent, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const best = issue.errors.reduce((one, other) => (other.length < one.length ? other : one));
    return best.flatMap((inner) => toFieldProblems(inner, path));
  }
  return [{ path: formatPath(path), message: issue.message }];
}

/** @returns such as `deployments[0].provider` */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`))
    .join('');
}

function findUnstorable(value: unknown, path: readonly PropertyKey[] = []): readonly FieldProblem[] {
  if (typeof value === 'string' && !isStorable(value)) {
    return [{ path: formatPath(path), message: 'text must be well-formed Unicode without the character U+0000' }];
  }
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const step = Array.isArray(value) ? Number(key) : key;
    return [...(isStorable(key) ? [] : findUnstorable(key, path)), ...findUnstorable(member, [...path, step])];
  });
}

export const isStorable = (text: string): boolean => !UNSTORABLE.test(text);
