import { type ConfigEvent, canonicalJson, eventType, type Json } from '@tollgate/schema';
import { accept, type Decision } from '../aggregate/decider.ts';
import type { Entity } from '../aggregate/entity.ts';
import type { RestoreCommand } from './planned-command.ts';

/** Leads to exactly the state of before, so that a rollback restores the checksum too. Nothing happens if it is so already. */
export function decideRestore(
  { kind, state, owner }: RestoreCommand,
  before: Entity | undefined,
): Decision<ConfigEvent> {
  const isSame = before !== undefined && before.owner === owner && toText(before.state) === toText(state);
  return isSame ? accept() : accept({ type: eventType(kind, 'Restored'), data: state } as unknown as ConfigEvent);
}

const toText = (state: Entity['state']): string => canonicalJson(state as unknown as Json);
