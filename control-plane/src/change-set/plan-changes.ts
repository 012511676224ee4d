import type { ChangeProblem, EntityKind } from '@tollgate/schema';
import type { AnyCommand, Command } from '../aggregate/command.ts';
import { definitionOf } from '../aggregate/definitions.ts';
import { type Entity, type EntityId, type EntityState, toEntityId } from '../aggregate/entity.ts';
import type { Problems } from './change-request.ts';
import { type Current, currentRevision } from './current.ts';
import type { EntityEffect } from './entity-effect.ts';
import { findIntegrityProblems } from './integrity.ts';

export type IssuedSecret = { readonly name: string; readonly secret: string };

export type ChangePlan = {
  /** If there are any, nothing may be committed. */
  readonly problems: Problems;
  readonly effects: readonly EntityEffect[];
  /** Secrets made for new keys, in the clear: to be shown once, after the commit. */
  readonly issuedSecrets: readonly IssuedSecret[];
};

export type PlanRequest = {
  readonly commands: readonly AnyCommand[];
  /** Entities whose declaration was refused already. */
  readonly rejected: ReadonlySet<EntityId>;
  readonly expectedRevision?: number;
};

/** What a change set leads to, decided as a whole: all of its effects, or all of its problems. Pure. */
export function planChanges(request: PlanRequest, current: Current): ChangePlan {
  const outcomes = request.commands.map((command) => decide(command, current));
  const effects = outcomes.flatMap(({ effect }) => (effect ? [effect] : []));
  return {
    effects: effects.filter(({ events }) => events.length > 0),
    problems: [
      ...checkRevision(request.expectedRevision, current),
      ...outcomes.flatMap(({ problem }) => (problem ? [problem] : [])),
      ...findIntegrityProblems(effects, request.rejected, current.entities),
    ],
    issuedSecrets: outcomes.flatMap(({ issued }) => (issued ? [issued] : [])),
  };
}

type Outcome = {
  readonly effect?: EntityEffect;
  readonly problem?: ChangeProblem;
  readonly issued?: IssuedSecret;
};

function decide(command: AnyCommand, current: Current): Outcome {
  const { kind, name, op } = command;
  const id = toEntityId(kind, name);
  const { decider } = definitionOf<EntityKind>(kind);
  const before = current.entities.get(id);
  const decision = decider.decide(command as Command<EntityKind>, before?.state);
  if (decision.kind === 'refused') return { problem: { code: decision.code, message: decision.message, kind, name } };
  const { events } = decision;
  const after = events.reduce<EntityState | undefined>(decider.evolve, before?.state);
  const expectedVersion = current.versions.get(id) ?? 0;
  const effect = { id, kind, name, op, before, after, expectedVersion, events };
  return isIssuing(command, before) ? { effect, issued: { name, secret: command.intent.spareSecret } } : { effect };
}

type KeyPut = Extract<AnyCommand, { op: 'put'; kind: 'virtual-key' }>;

const isIssuing = (command: AnyCommand, before: Entity | undefined): command is KeyPut =>
  command.op === 'put' && command.kind === 'virtual-key' && !command.intent.secret && before === undefined;

function checkRevision(expected: number | undefined, { lastCommit }: Current): Problems {
  const revision = currentRevision({ lastCommit });
  if (expected === undefined || expected === revision) return [];
  const since = lastCommit
    ? `; the last change set was committed by ${lastCommit.actor} (${lastCommit.source}) at ${lastCommit.committedAt.toISOString()}`
    : '';
  const message = `revision ${expected} was expected, but the current one is ${revision}${since}; plan again`;
  return [{ code: 'stale_revision', message }];
}
