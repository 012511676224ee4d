import { type ChangeProblem, type ConfigEvent, eventType, toWords } from '@tollgate/schema';
import type { Entity } from '../aggregate/entity.ts';
import { isDeclaring, type PlannedCommand } from './planned-command.ts';

/** For whom a change set declares. */
export type Declarer = {
  /** The name of a document, or a source. */
  readonly owner: string;
  readonly isDocument: boolean;
  readonly takeOver: boolean;
};

/** Who owns an entity after a command: what is declared belongs to who declares it; acts of operation leave that. */
export function ownerAfter({ command }: PlannedCommand, before: Entity | undefined, declarer: Declarer): string {
  if (command.op === 'put') return declarer.owner;
  return command.op === 'restore' ? command.owner : (before?.owner ?? declarer.owner);
}

/** What makes an entity another's own although it is declared just as it is. */
export function adoptionOf(
  { command }: PlannedCommand,
  before: Entity | undefined,
  { owner, takeOver }: Declarer,
): readonly ConfigEvent[] {
  if (command.op !== 'put' || !takeOver || !before || before.owner === owner) return [];
  return [{ type: eventType(before.kind, 'Updated'), data: before.state.spec } as ConfigEvent];
}

/**
 * A document changes and deletes only its own, unless it takes over. Where it declares what is already so, nobody is in its
 * way, and the entity stays whose it is.
 */
export function checkOwner(
  { command }: PlannedCommand,
  before: Entity | undefined,
  { owner, isDocument, takeOver }: Declarer,
): readonly ChangeProblem[] {
  if (!isDeclaring(command.op) || !isDocument || takeOver || !before || before.owner === owner) return [];
  const { kind, name, ownedSince, changedBy, changeSource, updatedAt, revision } = before;
  const message =
    `${toWords(kind)} ${name} is owned by ${before.owner} since ${ownedSince.at.toISOString()}, revision ` +
    `${ownedSince.revision}, and not by ${owner}; ${changedBy} (${changeSource}) changed it last at ` +
    `${updatedAt.toISOString()}, revision ${revision}; take it over, or leave it out`;
  const since = { revision, actor: changedBy, source: changeSource, at: updatedAt, fields: [] };
  return [{ code: 'owned_by_another', message, kind, name, since }];
}
