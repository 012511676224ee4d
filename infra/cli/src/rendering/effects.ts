import type { EntityKind } from '@tollgate/schema';
import type { AffectedEntity, Effects } from '../api/plan-answer.ts';
import type { Colours } from '../terminal.ts';
import { toKindWords } from './kind-words.ts';
import { printable } from './printable.ts';

const NAMES_MAX = 5;
const MODELS_MAX = 10;

/** Whom a change set concerns beyond what it changes, and how; those whom it concerns alike stand together. Empty if nobody. */
export function renderEffects({ affected, more, hidden, isComplete }: Effects, colours: Colours): string {
  if (affected.length === 0 && more === 0 && hidden === 0) return '';
  const groups = Map.groupBy(affected, (one) => JSON.stringify({ ...one, kind: undefined, name: undefined }));
  const lines = [...groups.values()].flatMap((group) => renderGroup(group, colours));
  return [
    'What this means:',
    ...lines,
    ...(more > 0 ? [`  … and ${more} more are affected`] : []),
    ...(hidden > 0 ? [`  ${hidden} ${hidden === 1 ? 'entity' : 'entities'} that you may not see`] : []),
    ...(isComplete ? [] : ['  There may be others: there are too many to look at all of them']),
  ].join('\n');
}

function renderGroup(group: readonly AffectedEntity[], colours: Colours): readonly string[] {
  const [first] = group;
  return first ? [`  ${nameAll(group)}`, ...describe(first, colours).map((line) => `    ${line}`)] : [];
}

/** `team search and keys a, b and 7 more`. */
function nameAll(group: readonly AffectedEntity[]): string {
  const byKind = [...Map.groupBy(group, ({ kind }) => kind)];
  return byKind
    .map(([kind, ones]) =>
      nameKind(
        kind,
        ones.map(({ name }) => printable(name)),
      ),
    )
    .join('; ');
}

function nameKind(kind: EntityKind, names: readonly string[]): string {
  const words = toKindWords(kind);
  return `${names.length === 1 ? words : `${words}s`} ${listed(names, NAMES_MAX)}`;
}

function describe({ stops, starts, modelsGained, modelsLost, limits }: AffectedEntity, colours: Colours): string[] {
  const models = (names: readonly string[]) => listed(names.map(printable), MODELS_MAX);
  return [
    ...(stops === null ? [] : [colours.red(`stops working: ${printable(stops)}`)]),
    ...(starts ? [colours.green('works again')] : []),
    ...(modelsLost.length > 0 ? [colours.red(`loses models: ${models(modelsLost)}`)] : []),
    ...(modelsGained.length > 0 ? [colours.green(`gains models: ${models(modelsGained)}`)] : []),
    ...limits.map(({ measure, setOn, before, after, isRaised }) => {
      const line = `limit of ${measure} of ${setOn.replace(':', ' ')}: ${before ?? 'none'} → ${after ?? 'none'}`;
      return (isRaised ? colours.green : colours.red)(`${printable(line)} (${isRaised ? 'more' : 'less'})`);
    }),
  ];
}

function listed(names: readonly string[], max: number): string {
  const more = names.length > max ? ` and ${names.length - max} more` : '';
  return `${names.slice(0, max).join(', ')}${more}`;
}
