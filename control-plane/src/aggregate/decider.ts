import type {
  ChangeProblem,
  ConfigEvent,
  EntityKind,
  ModelEvent,
  ProviderEvent,
  TeamEvent,
  VirtualKeyEvent,
} from '@tollgate/schema';
import type { Command } from './command.ts';
import type { EntityState } from './entity.ts';

export type Events = {
  readonly provider: ProviderEvent;
  readonly model: ModelEvent;
  readonly team: TeamEvent;
  readonly 'virtual-key': VirtualKeyEvent;
};

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

export const refuseAsMissing = (command: { readonly kind: EntityKind; readonly name: string }): Decision<never> => ({
  kind: 'refused',
  code: 'not_found',
  message: `there is no ${toWords(command.kind)} named ${command.name}`,
});

export const refuseAsTaken = (command: { readonly kind: EntityKind; readonly name: string }): Decision<never> => ({
  kind: 'refused',
  code: 'name_taken',
  message: `there is a ${toWords(command.kind)} named ${command.name} already`,
});

export const toWords = (kind: EntityKind): string => kind.replace('-', ' ');
