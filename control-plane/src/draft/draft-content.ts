import type { Transaction } from 'kysely';
import type { IntakeOf } from '../change-set/carry-out.ts';
import type { ChangeSetOptions } from '../change-set/change-request.ts';
import type { Intakes } from '../change-set/intakes.ts';
import type { Tables } from '../database/tables.ts';
import { insertDataKeys } from '../secrets/data-key-table.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { type Draft, type DraftContent, draftOwner } from './draft.ts';
import type { SealedDraft } from './draft-table.ts';

/** The field that a draft's content is sealed for. */
export const CONTENT_FIELD = 'content';

/** Seals what a draft holds with a data key of its own, which is stored with it. */
export async function sealContent(
  trx: Transaction<Tables>,
  secrets: Pick<SecretStore, 'open'>,
  { id, proposedAt }: Draft,
  content: DraftContent,
): Promise<string> {
  const owner = draftOwner(id);
  const port = await secrets.open(trx, [owner]);
  const sealed = port.seal(owner, CONTENT_FIELD, JSON.stringify(content));
  await insertDataKeys(trx, port.made(), proposedAt);
  return sealed;
}

/** @throws Error if an open draft cannot be opened, which only a wrong sealing key can bring about */
export async function openContent(
  trx: Transaction<Tables>,
  secrets: Pick<SecretStore, 'read'>,
  { draft, sealed }: SealedDraft,
): Promise<DraftContent> {
  const owner = draftOwner(draft.id);
  const reader = await secrets.read(trx, [owner]);
  const opened = reader.open(owner, CONTENT_FIELD, sealed ?? '');
  if (opened.tag !== 'text') throw new Error(`what draft ${draft.id} holds cannot be opened: it is ${opened.tag}`);
  return JSON.parse(opened.text) as DraftContent;
}

/**
 * A draft as what can be planned or committed now. It holds as long as nothing that it touches is changed after its base;
 * that something else was committed meanwhile does not matter.
 */
export function intakeOfDraft(
  intakes: Intakes,
  draft: Draft,
  { op, request }: DraftContent,
  { reason, overrideApproval }: Pick<ChangeSetOptions, 'reason' | 'overrideApproval'> = {},
): IntakeOf {
  const committing = { ...(reason !== undefined && { reason }), ...(overrideApproval && { overrideApproval }) };
  const { expectedRevision: _, idempotencyKey: __, overrideApproval: ___, ...kept } = request;
  const options = { reason: draft.title, ...kept, ...committing, unchangedSince: draft.baseRevision };
  const intakeOf =
    op === 'rollback'
      ? intakes.ofRollback({ ...options, to: request.to, ...(request.entities && { entities: request.entities }) })
      : intakes.ofChangeSet({ ...options, changes: request.changes });
  return async (trx) => {
    const intake = await intakeOf(trx);
    const approvedBy = draft.approvals.map(({ approver }) => approver);
    const provenance = { ...intake.provenance, draftId: draft.id, proposedBy: draft.proposedBy, approvedBy };
    return { ...intake, provenance };
  };
}
