import { hashSecret, type Specs, type VirtualKeyRotated } from '@tollgate/schema';
import type { Intents, RotateCommand } from '../aggregate/command.ts';
import { createDecider } from '../aggregate/create-decider.ts';
import { accept, type Decider, type Decision, refuseAsMissing } from '../aggregate/decider.ts';
import type { EntityState, PreviousSecret } from '../aggregate/entity.ts';

type KeyState = EntityState<'virtual-key'>;

/** More rotations wait until the grace of one has passed, so that a key stays small on every node. */
const PREVIOUS_SECRETS_MAX = 5;

const shared = createDecider('virtual-key', settleSecret);

/** A key can be rotated besides: it gets another secret, and the one before is taken for as long as its grace lasts. */
export const virtualKeyDecider: Decider<'virtual-key'> = {
  decide: (command, state) =>
    command.op === 'rotate' ? decideRotation(command, state) : shared.decide(command, state),
  evolve(state, event) {
    if (event.type === 'VirtualKeyRotated') return state && rotate(state, event.data);
    const next = shared.evolve(state, event);
    return next && endGraceIfChanged(next, state);
  },
};

/** A secret that is not declared is the stored one, and for a new key the spare one. */
function settleSecret(
  { spareSecret, secret, ...rest }: Intents['virtual-key'],
  current: Specs['virtual-key'] | undefined,
): Specs['virtual-key'] {
  return { ...rest, secret: secret ?? current?.secret ?? { sha256: hashSecret(spareSecret) } };
}

function decideRotation(command: RotateCommand, state: KeyState | undefined): Decision<VirtualKeyRotated> {
  if (!state) return refuseAsMissing(command);
  const { secret = { sha256: hashSecret(command.spareSecret) }, at, graceMs } = command;
  if (secret.sha256 === state.spec.secret.sha256) return accept();
  const stillTaken = takenAfter(at.getTime(), state.previousSecrets);
  if (stillTaken.length >= PREVIOUS_SECRETS_MAX) return refuseAsTooMany(stillTaken);
  const graceUntil = new Date(at.getTime() + graceMs).toISOString();
  const data = { ...secret, rotatedAt: at.toISOString(), ...(graceMs > 0 && { graceUntil }) };
  return accept({ type: 'VirtualKeyRotated', data });
}

function refuseAsTooMany(stillTaken: readonly PreviousSecret[]): Decision<never> {
  const [first] = stillTaken.map(({ graceUntil }) => graceUntil).sort();
  const message = `${stillTaken.length} earlier secrets of this key are still taken; rotate it after ${first}, or put it with a secret, which ends them`;
  return { kind: 'refused', code: 'invalid_declaration', message };
}

function rotate(state: KeyState, { sha256, ref, rotatedAt, graceUntil }: VirtualKeyRotated['data']): KeyState {
  const before = graceUntil === undefined ? [] : [{ sha256: state.spec.secret.sha256, graceUntil }];
  const previous = takenAfter(Date.parse(rotatedAt), [...before, ...(state.previousSecrets ?? [])]);
  const spec = { ...state.spec, secret: { sha256, ...(ref && { ref }) } };
  return withPrevious(
    { ...state, spec },
    previous.filter((secret) => secret.sha256 !== sha256),
  );
}

/** A put that brings another secret means exactly this one: the grace of all earlier ones ends. */
const endGraceIfChanged = (next: KeyState, before: KeyState | undefined): KeyState =>
  before && before.spec.secret.sha256 !== next.spec.secret.sha256 ? withPrevious(next, []) : next;

function withPrevious({ previousSecrets: _, ...state }: KeyState, previous: readonly PreviousSecret[]): KeyState {
  return previous.length === 0 ? state : { ...state, previousSecrets: previous };
}

const takenAfter = (atMs: number, secrets: readonly PreviousSecret[] = []): readonly PreviousSecret[] =>
  secrets.filter(({ graceUntil }) => Date.parse(graceUntil) > atMs);
