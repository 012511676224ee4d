import { type DataKey, digestText } from '@tollgate/schema';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';

/** What stands in a personal field of an entity, in the clear. */
export type PersonalText = { readonly owner: string; readonly field: string; readonly text: string };

/** Replaces what is known of these owners. Texts are compared without regard to case, as e-mail addresses are. */
export async function replaceDigests(
  trx: Transaction<Tables>,
  installationKey: DataKey,
  owners: readonly string[],
  texts: readonly PersonalText[],
): Promise<void> {
  if (owners.length === 0) return;
  await sql`delete from personal_digest where owner = any(${owners}::text[])`.execute(trx);
  const rows = texts.map(({ owner, field, text }) => ({
    owner,
    field,
    digest: digestOf(installationKey, field, text),
  }));
  await sql`
    insert into personal_digest (owner, field, digest)
    select owner, field, digest
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (owner text, field text, digest text)`.execute(
    trx,
  );
}

/** The names of at most `limit` entities of a kind with this text in this personal field. */
export async function findByPersonal(
  db: Kysely<Tables>,
  installationKey: DataKey,
  {
    kind,
    field,
    text,
    limit,
  }: { readonly kind: string; readonly field: string; readonly text: string; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('personal_digest')
    .select('owner')
    .where('field', '=', field)
    .where('digest', '=', digestOf(installationKey, field, text))
    .where(sql<boolean>`starts_with(owner, ${`${kind}:`})`)
    .orderBy('owner')
    .limit(limit)
    .execute();
  return rows.map(({ owner }) => owner.slice(kind.length + 1));
}

const digestOf = (installationKey: DataKey, field: string, text: string): string =>
  digestText(installationKey, field, text.toLowerCase());
