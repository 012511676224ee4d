import type { EntityKind } from '@tollgate/schema';
import { type Kysely, sql } from 'kysely';
import { type EntityId, parseEntityId } from '../aggregate/entity.ts';
import type { EntityEffect } from '../change-set/entity-effect.ts';
import { isDeclaring } from '../change-set/planned-command.ts';
import type { Tables } from '../database/tables.ts';
import { linksOf } from '../projection/entity-links.ts';
import { covers } from './model-patterns.ts';

/** An entity whose list names models or aliases that are not there. That is allowed, as it may come later. */
export type NamedInVain = { readonly kind: EntityKind; readonly name: string; readonly models: readonly string[] };

/** As much of an effect as is looked at. */
export type NamingEffect = Pick<EntityEffect, 'id' | 'kind' | 'name' | 'op' | 'after'>;

/** Finds what a change set declares with names of models that would not be there after it: most are misspelt. */
export async function readNamedInVain(
  db: Kysely<Tables>,
  effects: readonly NamingEffect[],
): Promise<readonly NamedInVain[]> {
  const naming = effects.flatMap((effect) => {
    const models = modelsNamedBy(effect);
    return models.length > 0 ? [{ kind: effect.kind, name: effect.name, models }] : [];
  });
  if (naming.length === 0) return [];
  const isThere = await readNames(db, [...new Set(naming.flatMap(({ models }) => models))], effects);
  return naming
    .map(({ models, ...rest }) => ({ ...rest, models: models.filter((model) => !isThere(model)).toSorted() }))
    .filter(({ models }) => models.length > 0);
}

/** Wildcards are no mentions: one that matches nothing yet is no mistake. */
function modelsNamedBy({ kind, op, after }: NamingEffect): readonly string[] {
  if (!isDeclaring(op) || !after) return [];
  const named = linksOf(kind, after.spec).mentions.map((id) => parseEntityId(id));
  return [...new Set(named.filter((one) => isPublicName(one.kind)).map(({ name }) => name))];
}

const isPublicName = (kind: EntityKind): boolean => kind === 'model' || kind === 'alias';

/** Public names after the change set: those of the database, without what it deletes, and with what it declares. */
async function readNames(
  db: Kysely<Tables>,
  asked: readonly string[],
  effects: readonly NamingEffect[],
): Promise<(model: string) => boolean> {
  const { rows } = await sql<{ kind: EntityKind; name: string }>`
    select kind, name from entity
    where valid_until is null and kind in ('model', 'alias')
      and (name = any(${asked}::text[]) or right(name, 1) = '*')`.execute(db);
  const names = new Map<EntityId, string>(rows.map(({ kind, name }) => [`${kind}:${name}`, name]));
  for (const { id, name, after } of effects.filter((effect) => isPublicName(effect.kind))) {
    if (after) names.set(id, name);
    else names.delete(id);
  }
  const [exact, wildcards] = [new Set(names.values()), [...names.values()].filter((name) => name.endsWith('*'))];
  return (model) => exact.has(model) || wildcards.some((wildcard) => covers(wildcard, model));
}
