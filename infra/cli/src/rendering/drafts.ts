import type { Draft, DraftReview } from '../api/drafts.ts';
import type { Colours } from '../terminal.ts';
import { renderPlan } from './plan.ts';
import { printable } from './printable.ts';
import { renderTable } from './table.ts';

const HEAD = ['DRAFT', 'STATUS', 'TITLE', 'PROPOSED BY', 'AT', 'BASE', 'APPROVALS'];

export const renderDrafts = (drafts: readonly Draft[]): string =>
  drafts.length === 0 ? 'No drafts' : renderTable(HEAD, drafts.map(toRow));

const toRow = ({ id, status, title, proposedBy, proposedAt, baseRevision, approvals }: Draft): readonly string[] => [
  id,
  status,
  title,
  proposedBy,
  proposedAt,
  `${baseRevision}`,
  `${approvals.length}`,
];

/** Who proposed it and who approved it; then what it would do, or what became of it. */
export function renderReview({ draft, plan }: DraftReview, colours: Colours): string {
  const { id, title, proposedBy, source, proposedAt, approvals, expiresAt, baseRevision } = draft;
  const head = [
    colours.bold(printable(`draft ${id}: ${title}`)),
    printable(`  proposed by ${proposedBy} (${source}) at ${proposedAt}, based on revision ${baseRevision}`),
    ...approvals.map(({ approver, at }) => printable(`  approved by ${approver} at ${at}`)),
    plan === null ? printable(`  ${describeEnd(draft)}`) : `  expires at ${expiresAt}`,
  ].join('\n');
  return plan === null ? head : [head, renderPlan(plan, colours)].join('\n\n');
}

/** What became of a draft that is closed. */
export function describeEnd({ status, revision, closedBy, closedAt }: Draft): string {
  const as = revision === null ? '' : ` as revision ${revision}`;
  const by = closedBy === null ? '' : ` by ${closedBy}`;
  return `${status}${as}${by} at ${closedAt ?? 'an unknown time'}`;
}

/** What was said of a draft, with its title. */
export const nameDraft = ({ id, title }: Draft): string => printable(`draft ${id} (${title})`);
