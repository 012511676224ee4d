import { type EntityKind, type Events, type EventVerb, eventType, type Specs } from '@tollgate/schema';
import type { BlockCommand, DeleteCommand, EraseCommand, Intents, PutCommand } from './command.ts';
import { accept, type Decider, type Decision, refuseAsMissing } from './decider.ts';
import type { EntityState } from './entity.ts';
import { isSameJson } from './is-same-json.ts';
import { keepStored, keptFields } from './keep-stored.ts';
import { toErased } from './to-erased.ts';

/** How what is asked for becomes what is stored. Sees what is stored now, so that it can keep its secrets. */
export type Settle<Kind extends EntityKind> = (intent: Intents[Kind], current: Specs[Kind] | undefined) => Specs[Kind];

/** What every kind of entity understands; blocking and erasing only if there is what for. */
type SharedCommand<Kind extends EntityKind> =
  | PutCommand<Kind>
  | DeleteCommand<Kind>
  | BlockCommand<Kind>
  | EraseCommand<Kind>;

export type SharedDecider<Kind extends EntityKind> = Pick<Decider<Kind>, 'evolve'> & {
  decide(command: SharedCommand<Kind>, state: EntityState<Kind> | undefined): Decision<Events[Kind]>;
};

/**
 * The rules that all entities share: a put creates, or updates to exactly what is declared; a put of what is already there
 * leads to no event; only what exists can be deleted, blocked or erased. Blocking is an act of operation: a put leaves it as it is.
 */
export function createDecider<Kind extends EntityKind>(kind: Kind, settle: Settle<Kind>): SharedDecider<Kind> {
  /** An event of this kind. The verb gives its type and the caller its data, which the compiler cannot join again. */
  const event = (verb: EventVerb, data: object) => ({ type: eventType(kind, verb), data }) as unknown as Events[Kind];

  function decidePut({ intent }: PutCommand<Kind>, state: EntityState<Kind> | undefined) {
    const spec = keepStored(kind, settle(intent, state?.spec), state?.spec);
    const [field] = keptFields(kind, spec);
    if (field !== undefined) return refuseAsNotStored(field);
    if (!state) return accept(event('Created', spec));
    return isSameJson(spec, state.spec) ? accept<Events[Kind]>() : accept(event('Updated', spec));
  }

  return {
    decide(command, state) {
      if (command.op === 'put') return decidePut(command, state);
      if (!state) return refuseAsMissing(command);
      switch (command.op) {
        case 'delete':
          return accept(event('Deleted', {}));
        case 'block':
          return state.blocked ? accept() : accept(event('Blocked', {}));
        case 'unblock':
          return state.blocked ? accept(event('Unblocked', {})) : accept();
        case 'erase':
          return state.erased ? accept() : accept(event('Erased', {}));
        default:
          return command satisfies never;
      }
    },
    evolve(state, { type, data }) {
      switch (type) {
        case eventType(kind, 'Created'):
        case eventType(kind, 'Updated'):
          return { ...withoutErasure(state), spec: data as Specs[Kind] };
        case eventType(kind, 'Deleted'):
          return undefined;
        case eventType(kind, 'Blocked'):
          return state && { ...state, blocked: true };
        case eventType(kind, 'Unblocked'):
          return state && withoutBlock(state);
        case eventType(kind, 'Erased'):
          return state && toErased(kind, state);
        default:
          throw new Error(`${type} is no event of a ${kind}`);
      }
    },
  };
}

const refuseAsNotStored = (field: string): Decision<never> => ({
  kind: 'refused',
  code: 'invalid_declaration',
  message: `${field}: there is no stored secret to keep; say where it is read from`,
});

function withoutErasure<Kind extends EntityKind>(state: EntityState<Kind> | undefined) {
  const { erased: _, ...kept } = state ?? {};
  return kept;
}

function withoutBlock<Kind extends EntityKind>({ blocked: _, ...state }: EntityState<Kind>): EntityState<Kind> {
  return state;
}
