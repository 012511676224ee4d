import type { Transaction } from 'kysely';
import { toEntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import type { FieldReader } from '../secrets/opened-fields.ts';
import { type DraftContent, draftOwner } from './draft.ts';
import { CONTENT_FIELD } from './draft-content.ts';
import { closeDraft } from './draft-table.ts';

/**
 * Discards open drafts that declare any of these entities, so that no proposal keeps what was erased. All open drafts are
 * opened for that: there are at most a thousand.
 * @param read opens the contents of drafts by their owners
 */
export async function discardDraftsAbout(
  trx: Transaction<Tables>,
  erased: readonly string[],
  deps: { read(owners: readonly string[]): Promise<FieldReader>; now(): Date },
): Promise<void> {
  if (erased.length === 0) return;
  const rows = await trx
    .selectFrom('draft')
    .select(['id', 'sealed'])
    .where('status', '=', 'open')
    .forUpdate()
    .execute();
  const reader = await deps.read(rows.map(({ id }) => draftOwner(id)));
  for (const { id, sealed } of rows) {
    const opened = reader.open(draftOwner(id), CONTENT_FIELD, sealed ?? '');
    const about = opened.tag === 'text' ? findDeclared(JSON.parse(opened.text) as DraftContent, erased) : undefined;
    if (about === undefined) continue;
    await closeDraft(trx, id, { status: 'discarded', by: `the erasure of ${about}`, at: deps.now() });
  }
}

function findDeclared({ op, request }: DraftContent, erased: readonly string[]): string | undefined {
  if (op === 'rollback') return undefined;
  const declared = request.changes.filter((change) => change.op === 'put');
  return declared.map(({ kind, name }) => toEntityId(kind, name)).find((id) => erased.includes(id));
}
