import type { Difference, EntityChange, RevisionRecord } from '../api/history.ts';
import type { Colours } from '../terminal.ts';
import { toKindWords } from './kind-words.ts';
import { renderField } from './plan.ts';
import { printable } from './printable.ts';
import { renderTable } from './table.ts';

/** What leads from one revision to another, drawn as a plan is. */
export function renderDiff(differences: readonly Difference[], colours: Colours): string {
  return differences.length === 0
    ? 'No differences'
    : differences.map((difference) => renderDifference(difference, colours)).join('\n');
}

function renderDifference(
  { kind, name, action, fields, ownerBefore, ownerAfter }: Difference,
  colours: Colours,
): string {
  const title = `${toKindWords(kind)} ${printable(name)}`;
  const lines = action === 'DELETE' ? [] : fields.map((field) => `  ${renderField(field, action)}`);
  const isOther = ownerBefore !== null && ownerAfter !== null && ownerBefore !== ownerAfter;
  const owner = isOther ? [`  owner: ${printable(`${ownerBefore} → ${ownerAfter}`)}`] : [];
  if (action === 'CREATE') return [colours.green(`+ ${title}`), ...lines].join('\n');
  if (action === 'DELETE') return colours.red(`- ${title}`);
  return [colours.yellow(`~ ${title}`), ...lines, ...owner].join('\n');
}

/** What happened to an entity: when, by whom, through what and why, and what changed. */
export function renderHistory(changes: readonly EntityChange[], colours: Colours): string {
  return changes.map((change) => renderChange(change, colours)).join('\n');
}

function renderChange(change: EntityChange, colours: Colours): string {
  const { revision, action, actor, source, owner, at, fields } = change;
  return [
    colours.bold(
      printable(`revision ${revision}: ${ACTION_WORDS[action]} by ${actor} (${source}) at ${at}, owner ${owner}`),
    ),
    ...toWhy(change).map((line) => `  ${printable(line)}`),
    ...(action === 'DELETE' ? [] : fields.map((field) => `  ${renderField(field, action)}`)),
  ].join('\n');
}

/** What stands in the metadata of the event besides who did it. */
function toWhy({ reason, rolledBackTo, proposedBy, approvedBy, approvalOverridden }: EntityChange): readonly string[] {
  const approved = approvedBy.length > 0 ? `, approved by ${approvedBy.join(', ')}` : '';
  return [
    ...(reason === null ? [] : [`because: ${reason}`]),
    ...(rolledBackTo === null ? [] : [`went back to revision ${rolledBackTo}`]),
    ...(proposedBy === null ? [] : [`proposed by ${proposedBy}${approved}`]),
    ...(approvalOverridden ? ['without the approvals that rules ask for'] : []),
  ];
}

const ACTION_WORDS: Readonly<Record<EntityChange['action'], string>> = Object.freeze({
  CREATE: 'created',
  UPDATE: 'changed',
  DELETE: 'deleted',
  BLOCK: 'blocked',
  UNBLOCK: 'unblocked',
  ERASE: 'erased of personal data',
  ROTATE: 'rotated',
  TAKE_OVER: 'taken over',
});

const HEAD = ['REVISION', 'COMMITTED', 'BY', 'THROUGH', 'WHY'];

export function renderRevisions(revisions: readonly RevisionRecord[]): string {
  if (revisions.length === 0) return 'Nothing was committed yet';
  return renderTable(
    HEAD,
    revisions.map(({ revision, committedAt, actor, source, reason }) => [
      `${revision}`,
      committedAt,
      actor,
      source,
      reason ?? '',
    ]),
  );
}
