import { canonicalJson, type EntityKind, type Json, type Specs } from '@tollgate/schema';
import type { DeleteCommand, Intents, PutCommand } from './command.ts';
import { accept, type Decider, type Events, refuseAsMissing, refuseAsTaken } from './decider.ts';
import type { EntityState } from './entity.ts';

/** What every kind of entity has: its three events, and how what is asked for becomes what is stored. */
type Declared<Kind extends EntityKind> = {
  readonly created: Events[Kind]['type'];
  readonly updated: Events[Kind]['type'];
  readonly deleted: Events[Kind]['type'];
  /** Sees what is stored now, so that it can keep its secrets. */
  settle(intent: Intents[Kind], current: Specs[Kind] | undefined): Specs[Kind];
};

type DeclaredDecider<Kind extends EntityKind> = Pick<Decider<Kind>, 'evolve'> & {
  decide(
    command: PutCommand<Kind> | DeleteCommand<Kind>,
    state: EntityState<Kind> | undefined,
  ): ReturnType<Decider<Kind>['decide']>;
};

/**
 * The rules that all entities share: a put creates, or updates to exactly what is declared; a put of what is already
 * there leads to no event; only what exists can be deleted.
 */
export function createDeclaredEntity<Kind extends EntityKind>(declared: Declared<Kind>): DeclaredDecider<Kind> {
  const event = (type: Events[Kind]['type'], data: object) => ({ type, data }) as unknown as Events[Kind];
  return {
    decide(command, state) {
      if (command.op === 'delete') return state ? accept(event(declared.deleted, {})) : refuseAsMissing(command);
      if (command.onlyCreate && state) return refuseAsTaken(command);
      const spec = declared.settle(command.intent, state?.spec);
      if (!state) return accept(event(declared.created, spec));
      return isEqual(spec, state.spec) ? accept() : accept(event(declared.updated, spec));
    },
    evolve(state, { type, data }) {
      return type === declared.deleted ? undefined : { ...state, spec: data as Specs[Kind] };
    },
  };
}

function isEqual(one: Specs[EntityKind], other: Specs[EntityKind]): boolean {
  return canonicalJson(one as Json) === canonicalJson(other as Json);
}
