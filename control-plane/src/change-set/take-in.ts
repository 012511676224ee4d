import { canonicalJson, type Json, type WrappedDataKey } from '@tollgate/schema';
import type { EntityId } from '../aggregate/entity.ts';
import type { CommitMetadata } from '../event-store/stored-event.ts';
import type { ChangeSetOptions, ChangeSetRequest, Problems, ValidChange } from './change-request.ts';
import type { PlannedCommand } from './planned-command.ts';
import { type SecretPort, toCommand } from './to-command.ts';
import { validateRequest } from './validate-request.ts';

/** What is to be planned or committed, from wherever it comes: a request, a rollback, a draft. */
export type Intake = {
  readonly commands: readonly PlannedCommand[];
  /** What was declared wrongly. */
  readonly rejected: ReadonlySet<EntityId>;
  readonly problems: Problems;
  /** Data keys that were made to seal what entities without one are to have; they are stored with the commit. */
  readonly dataKeys?: readonly WrappedDataKey[];
  readonly options: ChangeSetOptions;
  /** Equal for equal requests; it says nothing of the secrets in them. */
  readonly fingerprint: string;
  /** What the history says of it besides who and why. */
  readonly provenance?: Partial<CommitMetadata>;
};

/** Seals the secrets of a request that is made `at` an instant. */
export function takeIn(
  { changes, ...options }: ChangeSetRequest,
  secrets: SecretPort,
  at: Date,
  validated = validateRequest({ changes, ...options }),
): Intake {
  const commands = validated.changes.map((change) => toPlanned(change, secrets, at));
  return {
    commands,
    rejected: validated.rejected,
    problems: validated.problems,
    dataKeys: secrets.made(),
    options,
    fingerprint: fingerprintOf({ changes, ...options }, secrets),
  };
}

/** The key is no part of what it stands for. */
export function fingerprintOf(
  { idempotencyKey, ...request }: { readonly idempotencyKey?: string; readonly [member: string]: unknown },
  { fingerprint }: Pick<SecretPort, 'fingerprint'>,
): string {
  return idempotencyKey === undefined ? '' : fingerprint(canonicalJson(request as unknown as Json));
}

function toPlanned(change: ValidChange, secrets: SecretPort, at: Date): PlannedCommand {
  const { expectedVersion } = change;
  return {
    command: toCommand(change, secrets, at),
    cause: 'requested',
    ...(expectedVersion !== undefined && { expectedVersion }),
    ...(change.op === 'delete' && change.cascade && { cascade: true, leavesMentions: true }),
  };
}
