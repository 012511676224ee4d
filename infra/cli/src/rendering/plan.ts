import type { FieldChange, Plan, PlanEntry } from '../api/change-set.ts';
import type { Colours } from '../terminal.ts';
import { KIND_WORDS } from './kind-words.ts';
import { printable } from './printable.ts';

/** Draws a plan: an entry a paragraph, its fields below it, and a last line that counts. */
export function renderPlan({ entries, revision }: Pick<Plan, 'entries' | 'revision'>, colours: Colours): string {
  if (entries.length === 0) return `No changes (revision ${revision})`;
  return [...entries.map((entry) => renderEntry(entry, colours)), '', countLine(entries, revision)].join('\n');
}

function renderEntry(entry: PlanEntry, colours: Colours): string {
  const title = `${KIND_WORDS[entry.kind]} ${printable(entry.name)}`;
  const fields = entry.fields.map((field) => `  ${renderField(field, entry.action)}`);
  switch (entry.action) {
    case 'CREATE':
      return [colours.green(`+ ${title}`), ...fields].join('\n');
    case 'UPDATE':
      return [colours.yellow(`~ ${title}`), ...fields].join('\n');
    case 'DELETE':
      return colours.red(`- ${title}`);
    case 'BLOCK':
      return colours.red(`! ${title}: block`);
    case 'UNBLOCK':
      return colours.yellow(`! ${title}: unblock`);
    default:
      return entry.action satisfies never;
  }
}

function renderField({ path, before, after }: FieldChange, action: PlanEntry['action']): string {
  const change = action === 'CREATE' ? renderValue(after) : `${renderValue(before)} → ${renderValue(after)}`;
  return path === '' ? change : `${printable(path)}: ${change}`;
}

/** Values come as JSON text; a secret comes as words in brackets, which need no quotes. */
const renderValue = (json: string | null): string =>
  json === null ? '(unset)' : printable(json.replace(/^"(\(secret[a-z ]*\))"$/, '$1'));

function countLine(entries: readonly PlanEntry[], revision: number): string {
  const count = (...actions: readonly PlanEntry['action'][]): number =>
    entries.filter(({ action }) => actions.includes(action)).length;
  const changed = count('UPDATE', 'BLOCK', 'UNBLOCK');
  return `${count('CREATE')} to create, ${changed} to change, ${count('DELETE')} to delete (revision ${revision})`;
}
