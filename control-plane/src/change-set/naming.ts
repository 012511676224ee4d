import { type ChangeProblem, toWords } from '@tollgate/schema';
import type { Transaction } from 'kysely';
import { type EntityId, parseEntityId, toEntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import type { ChangeOrigin, Problems } from './change-request.ts';

/** Entities that a problem tells of although whoever asks did not name them. */
export type Naming = {
  readonly ids: readonly EntityId[];
  /** The message for somebody who may see only these of them. */
  tell(visible: readonly EntityId[]): string;
};

/** A problem before it is known who will read it. */
export type FoundProblem = ChangeProblem & { readonly naming?: Naming };
export type FoundProblems = readonly FoundProblem[];

/** A problem whose message names entities, as it reads for whoever may see all of them. */
export const naming = (
  problem: Omit<ChangeProblem, 'message'>,
  ids: readonly EntityId[],
  tell: Naming['tell'],
): FoundProblem => ({ ...problem, message: tell(ids), naming: { ids, tell } });

/** Lists what may be seen by name, and says of the rest how much it is. */
export function listNames(ids: readonly EntityId[], visible: readonly EntityId[]): string {
  const hidden = ids.length - visible.length;
  return [...visible.map(describeEntity), ...(hidden > 0 ? [countHidden(hidden)] : [])].join(', ');
}

export const countHidden = (count: number): string =>
  `${count} ${count === 1 ? 'entity' : 'entities'} that you may not see`;

export function describeEntity(id: EntityId): string {
  const { kind, name } = parseEntityId(id);
  return `${toWords(kind)} ${name}`;
}

/** Which of some entities whoever asks may see. */
export async function seenBy(
  { canSee }: Pick<ChangeOrigin, 'canSee'>,
  ids: readonly EntityId[],
  trx: Transaction<Tables>,
): Promise<ReadonlySet<EntityId>> {
  const unique = [...new Set(ids)];
  return canSee && unique.length > 0 ? await canSee(unique, trx) : new Set(unique);
}

/** Problems as whoever asks may read them: what he may not see is not named to him. */
export async function tellProblems(
  found: FoundProblems,
  origin: Pick<ChangeOrigin, 'canSee' | 'redact'>,
  trx: Transaction<Tables>,
): Promise<Problems> {
  const ids = found.flatMap((problem) => problem.naming?.ids ?? []);
  const seen = await seenBy(origin, ids, trx);
  const told = found.map((problem) => tellProblem(problem, seen));
  return origin.redact ? told.map(origin.redact) : told;
}

function tellProblem({ naming, ...problem }: FoundProblem, seen: ReadonlySet<EntityId>): ChangeProblem {
  if (!naming) return problem;
  const message = naming.tell(naming.ids.filter((id) => seen.has(id)));
  const { kind, name } = problem;
  const own = kind !== undefined && name !== undefined ? toEntityId(kind, name) : undefined;
  const isHidden = own !== undefined && naming.ids.includes(own) && !seen.has(own);
  return isHidden ? { code: problem.code, message } : { ...problem, message };
}
