import type { FieldChange, Plan, PlanEntry } from '../api/plan-answer.ts';
import type { Colours } from '../terminal.ts';
import { renderEffects } from './effects.ts';
import { toKindWords } from './kind-words.ts';
import { renderNamedInVain } from './named-in-vain.ts';
import { renderNotEnforced } from './not-enforced.ts';
import { printable } from './printable.ts';

/** Draws a plan: an entry a paragraph, its fields below it, then what it means for others, and a last line that counts. */
export function renderPlan(
  { entries, effects, namedInVain, revision, approvals }: Omit<Plan, 'problems'>,
  colours: Colours,
): string {
  if (entries.length === 0) return `No changes (revision ${revision})`;
  const sections = [
    renderEntries(entries, colours),
    renderEffects(effects, colours),
    renderNamedInVain(namedInVain, colours),
    renderNotEnforced(entries, colours),
    renderApprovals(approvals, colours),
    countLine(entries, revision),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

export const renderEntries = (entries: readonly PlanEntry[], colours: Colours): string =>
  entries.map((entry) => renderEntry(entry, colours)).join('\n');

function renderEntry(entry: PlanEntry, colours: Colours): string {
  const title = `${toKindWords(entry.kind)} ${printable(entry.name)}`;
  const fields = entry.fields.map((field) => `  ${renderField(field, entry.action)}`);
  const standing = renderStanding(entry).map((line) => colours.dim(`  ${line}`));
  switch (entry.action) {
    case 'CREATE':
      return [colours.green(`+ ${title}`), ...fields].join('\n');
    case 'UPDATE':
      return [colours.yellow(`~ ${title}`), ...fields, ...standing].join('\n');
    case 'TAKE_OVER':
      return [colours.yellow(`~ ${title}`), ...standing].join('\n');
    case 'DELETE':
      return [colours.red(`- ${title}${CAUSE_WORDS[entry.cause]}`), ...standing].join('\n');
    case 'BLOCK':
      return colours.red(`! ${title}: block`);
    case 'UNBLOCK':
      return colours.yellow(`! ${title}: unblock`);
    case 'ERASE':
      return colours.red(`! ${title}: erase personal data`);
    case 'ROTATE':
      return colours.yellow(`! ${title}: rotate`);
    default:
      return entry.action satisfies never;
  }
}

const CAUSE_WORDS: Readonly<Record<PlanEntry['cause'], string>> = Object.freeze({
  REQUESTED: '',
  PRUNE: ' (no longer declared)',
  CASCADE: ' (with what it uses)',
});

/** Whose it is since when, and who changed it last: what was changed elsewhere shows here. */
function renderStanding({ previous, owner }: PlanEntry): readonly string[] {
  if (!previous) return [];
  const { actor, source, at, revision, ownedSince } = previous;
  const owned = `owned by ${previous.owner} since ${ownedSince.at}, revision ${ownedSince.revision}`;
  const changed = `changed by ${actor} (${source}) at ${at}, revision ${revision}`;
  const isTaken = owner !== null && owner !== previous.owner;
  return [printable(`${owned}; ${changed}`), ...(isTaken ? [printable(`belongs to ${owner} from then on`)] : [])];
}

export function renderField({ path, before, after }: FieldChange, action?: PlanEntry['action']): string {
  const change = action === 'CREATE' ? renderValue(after) : `${renderValue(before)} → ${renderValue(after)}`;
  return path === '' ? change : `${printable(path)}: ${change}`;
}

/** Values come as JSON text; a secret comes as words in brackets, which need no quotes. */
const renderValue = (json: string | null): string =>
  json === null ? '(unset)' : printable(json.replace(/^"(\(secret[a-z ]*\))"$/, '$1'));

/** How many others have to approve it, and because of what. Empty if nobody has to. */
function renderApprovals({ count, rules }: Plan['approvals'], colours: Colours): string {
  if (count === 0) return '';
  const because = rules.length > 0 ? ` (approval rule ${rules.map(printable).join(', ')})` : '';
  return colours.yellow(
    `Needs ${count} ${count === 1 ? 'approval' : 'approvals'} by others than who proposes it${because}`,
  );
}

function countLine(entries: readonly PlanEntry[], revision: number): string {
  const count = (...actions: readonly PlanEntry['action'][]): number =>
    entries.filter(({ action }) => actions.includes(action)).length;
  const changed = entries.length - count('CREATE', 'DELETE');
  return `${count('CREATE')} to create, ${changed} to change, ${count('DELETE')} to delete (revision ${revision})`;
}
