import type { Specs } from '@tollgate/schema';
import { type Kysely, sql } from 'kysely';
import type { Problems } from '../../change-set/change-request.ts';
import type { Touch } from '../../change-set/entity-effect.ts';
import type { Tables } from '../../database/tables.ts';
import { bindingOf, type HeldRole } from '../binding-of.ts';
import { toDeclared } from '../declared.ts';

/** What somebody needs to be found as an admin who is not locked out. */
export type AdminState = {
  /** The role bindings that make users platform admins, by the name of the binding. */
  readonly bindings: ReadonlyMap<string, HeldRole>;
  /** Of the users who have such a role or are to get one: those who are there, not blocked, and can sign in. */
  readonly able: ReadonlySet<string>;
  /** Whether users can sign in without a password. */
  readonly hasOidc: boolean;
};

const MESSAGE =
  'this would leave no platform admin who can sign in, and the process has no TOLLGATE_ADMIN_TOKEN; ' +
  'make another user with a password platform-admin first, or set the token';

/** Refuses what takes the role from the last platform admin, or takes the last one away. Pure. */
export function findLockOut(before: AdminState, touches: readonly Touch[]): Problems {
  const bindings = new Map(before.bindings);
  const able = new Set(before.able);
  for (const touch of touches) {
    const { kind, name, op, after } = touch;
    if (kind === 'role-binding') {
      const given = givenBy(touch);
      if (given && isPlatformAdmin(given)) bindings.set(name, given);
      else bindings.delete(name);
    }
    if (kind === 'user' && (after === undefined || after.blocked || op === 'erase')) able.delete(name);
    else if (kind === 'user' && op === 'put' && before.hasOidc) able.add(name);
  }
  const isLockOut = hasAdmin(before) && !hasAdmin({ ...before, bindings, able });
  return isLockOut ? [{ code: 'last_admin', message: MESSAGE }] : [];
}

const isPlatformAdmin = ({ role, on }: HeldRole): boolean => role === 'platform-admin' && on === 'platform';

const hasAdmin = ({ bindings, able }: AdminState): boolean =>
  [...bindings.values()].some(({ subject }) => subject.startsWith('user:') && able.has(subject.slice('user:'.length)));

/** What `findLockOut` has to know about a change set. */
export async function readAdminState(
  db: Kysely<Tables>,
  touches: readonly Touch[],
  hasOidc: boolean,
): Promise<AdminState> {
  const rows = await db
    .selectFrom('entity')
    .select(['name', sql<Specs['role-binding']>`state -> 'spec'`.as('spec')])
    .where('kind', '=', 'role-binding')
    .where('valid_until', 'is', null)
    .where(sql<boolean>`state #>> '{spec,role}' = 'platform-admin'`)
    .execute();
  const held = rows.flatMap(({ name, spec }) => {
    const given = bindingOf({ kind: 'role-binding', name, spec });
    return given && isPlatformAdmin(given) ? [[name, given] as const] : [];
  });
  const given = touches.flatMap((touch) => givenBy(touch) ?? []);
  const subjects = [...held.map(([, { subject }]) => subject), ...given.map(({ subject }) => subject)];
  return { bindings: new Map(held), able: new Set(await readAble(db, subjects, hasOidc)), hasOidc };
}

const givenBy = ({ kind, name, after }: Touch): HeldRole | undefined =>
  after && bindingOf(toDeclared({ kind, name, state: after }));

async function readAble(db: Kysely<Tables>, subjects: readonly string[], hasOidc: boolean): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from entity
    where kind = 'user' and valid_until is null and 'user:' || name = any(${subjects}::text[])
      and coalesce((state ->> 'blocked')::boolean, false) = false
      and (${hasOidc}::boolean or exists (select from password where password.user_name = entity.name))`.execute(db);
  return rows.map(({ name }) => name);
}
