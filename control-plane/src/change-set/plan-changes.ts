import type { ChangeProblem, ConfigEvent, EntityKind } from '@tollgate/schema';
import type { Command } from '../aggregate/command.ts';
import type { Decision } from '../aggregate/decider.ts';
import { definitionOf } from '../aggregate/definitions.ts';
import type { Entity, EntityId } from '../aggregate/entity.ts';
import { evolveEntity } from '../aggregate/evolve-entity.ts';
import type { Current } from './current.ts';
import type { EntityEffect, Touch } from './entity-effect.ts';
import { findIntegrityProblems } from './integrity.ts';
import type { FoundProblems } from './naming.ts';
import { adoptionOf, checkOwner, type Declarer, ownerAfter } from './ownership.ts';
import { idOf, type PlannedCommand } from './planned-command.ts';
import { decideRestore } from './restore.ts';

export type IssuedSecret = { readonly name: string; readonly secret: string };

export type ChangePlan = {
  /** If there are any, nothing may be committed. */
  readonly problems: FoundProblems;
  readonly effects: readonly EntityEffect[];
  /** Everything that the change set names, also where it changes nothing or is refused. */
  readonly touches: readonly Touch[];
  /** Secrets made for new keys, in the clear: to be shown once, after the commit. */
  readonly issuedSecrets: readonly IssuedSecret[];
};

export type PlanRequest = {
  readonly commands: readonly PlannedCommand[];
  /** Entities whose declaration was refused already. */
  readonly rejected: ReadonlySet<EntityId>;
  readonly declarer: Declarer;
};

/** What a change set leads to, decided as a whole: all of its effects, or all of its problems. Pure. */
export function planChanges({ commands, rejected, declarer }: PlanRequest, current: Current): ChangePlan {
  const outcomes = commands.map((planned) => decide(planned, declarer, current));
  const effects = outcomes.flatMap(({ effect }) => (effect ? [effect] : []));
  return {
    effects: effects.filter(({ events }) => events.length > 0),
    touches: outcomes.map(({ touch }) => touch),
    problems: [...outcomes.flatMap(({ problems }) => problems), ...findIntegrityProblems(effects, rejected, current)],
    issuedSecrets: outcomes.flatMap(({ issued }) => (issued ? [issued] : [])),
  };
}

type Outcome = {
  readonly touch: Touch;
  readonly problems: readonly ChangeProblem[];
  readonly effect?: EntityEffect;
  readonly issued?: IssuedSecret;
};

function decide(planned: PlannedCommand, declarer: Declarer, current: Current): Outcome {
  const { command, cause } = planned;
  const { kind, name, op } = command;
  const id = idOf(planned);
  const before = current.entities.get(id);
  const decision = decideOne(planned, before);
  if (decision.kind === 'refused') {
    const { code, message } = decision;
    const touch = { id, kind, name, op, cause, before, after: before?.state };
    return { touch, problems: [{ code, message, kind, name }] };
  }
  const events = decision.events.length > 0 ? decision.events : adoptionOf(planned, before, declarer);
  const after = events.reduce((state, event) => evolveEntity(kind, state, event), before?.state);
  const touch = { id, kind, name, op, cause, before, after };
  const owner = ownerAfter(planned, before, declarer);
  const effect = { ...touch, owner, expectedVersion: current.versions.get(id) ?? 0, events };
  const problems = events.length > 0 ? checkOwner(planned, before, declarer) : [];
  const secret = issuedSecretOf(planned, before);
  return { touch, effect, problems, ...(secret !== undefined && { issued: { name, secret } }) };
}

function decideOne({ command }: PlannedCommand, before: Entity | undefined): Decision<ConfigEvent> {
  if (command.op === 'restore') return decideRestore(command, before);
  const { decider } = definitionOf<EntityKind>(command.kind);
  return decider.decide(command as Command<EntityKind>, before?.state);
}

/** A new key, and one that is rotated, gets the spare secret if none is given. */
function issuedSecretOf({ command }: PlannedCommand, before: Entity | undefined): string | undefined {
  if (command.kind !== 'virtual-key') return undefined;
  if (command.op === 'rotate') return command.secret ? undefined : command.spareSecret;
  const isIssuing = command.op === 'put' && !command.intent.secret && before === undefined;
  return isIssuing ? command.intent.spareSecret : undefined;
}
