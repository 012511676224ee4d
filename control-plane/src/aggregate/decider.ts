import { type ChangeProblem, type ConfigEvent, type EntityKind, type Events, toWords } from '@tollgate/schema';
import type { Command } from './command.ts';
import type { EntityState } from './entity.ts';

export type Decision<Event extends ConfigEvent = ConfigEvent> =
  /** No events: there is nothing to do. */
  | { readonly kind: 'accepted'; readonly events: readonly Event[] }
  | { readonly kind: 'refused'; readonly code: ChangeProblem['code']; readonly message: string };

/** The rules of one entity, without any effect: what a command leads to, and what an event makes of the state. */
export type Decider<Kind extends EntityKind> = {
  decide(command: Command<Kind>, state: EntityState<Kind> | undefined): Decision<Events[Kind]>;
  /** Undefined stands for 'does not exist'. */
  evolve(state: EntityState<Kind> | undefined, event: Events[Kind]): EntityState<Kind> | undefined;
};

export const accept = <Event extends ConfigEvent>(...events: readonly Event[]): Decision<Event> => ({
  kind: 'accepted',
  events,
});

type Named = { readonly kind: EntityKind; readonly name: string };

export const refuseAsMissing = ({ kind, name }: Named): Decision<never> => ({
  kind: 'refused',
  code: 'not_found',
  message: `there is no ${toWords(kind)} named ${name}`,
});
