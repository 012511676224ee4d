import { hashSecret, type VirtualKeySpec } from '@tollgate/schema';
import type { Intents } from '../aggregate/command.ts';
import { accept, type Decider, refuseAsMissing } from '../aggregate/decider.ts';
import { createDeclaredEntity } from '../aggregate/declared-entity.ts';

const declared = createDeclaredEntity<'virtual-key'>({
  created: 'VirtualKeyCreated',
  updated: 'VirtualKeyUpdated',
  deleted: 'VirtualKeyDeleted',
  settle: settleSecret,
});

/** Blocking is an act of operation: a put, which declares, leaves it as it is. */
export const virtualKeyDecider: Decider<'virtual-key'> = {
  decide(command, state) {
    switch (command.op) {
      case 'put':
      case 'delete':
        return declared.decide(command, state);
      case 'block':
        if (!state) return refuseAsMissing(command);
        return state.blocked ? accept() : accept({ type: 'VirtualKeyBlocked', data: {} });
      case 'unblock':
        if (!state) return refuseAsMissing(command);
        return state.blocked ? accept({ type: 'VirtualKeyUnblocked', data: {} }) : accept();
      default:
        return command satisfies never;
    }
  },
  evolve(state, event) {
    switch (event.type) {
      case 'VirtualKeyBlocked':
        return state && { ...state, blocked: true };
      case 'VirtualKeyUnblocked':
        return state && { spec: state.spec };
      default:
        return declared.evolve(state, event);
    }
  },
};

/** A secret that is not declared is the stored one, and for a new key the spare one. */
function settleSecret(
  { spareSecret, secret, ...rest }: Intents['virtual-key'],
  current: VirtualKeySpec | undefined,
): VirtualKeySpec {
  return { ...rest, secret: secret ?? current?.secret ?? { sha256: hashSecret(spareSecret) } };
}
