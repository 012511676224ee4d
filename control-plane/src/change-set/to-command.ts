import {
  type EntityKind,
  hashSecret,
  parseDurationMs,
  personalFields,
  type Rotation,
  type SealedText,
  type SecretField,
  type SecretValue,
  type StoredSecret,
  secretFields,
  type WrappedDataKey,
} from '@tollgate/schema';
import type { AnyCommand, KeySecret } from '../aggregate/command.ts';
import { toEntityId } from '../aggregate/entity.ts';
import type { ValidChange } from './change-request.ts';

/** What turns secrets in the clear into what may be stored. Sealing and making secrets is random, so it is passed in. */
export type SecretPort = {
  /** Seals a field of an entity, such as `provider:openai`; the same text is sealed alike. */
  seal(owner: string, field: string, text: string): string;
  /** Equal for equal texts, and says nothing of them. */
  fingerprint(text: string): string;
  newVirtualKeySecret(): string;
  /** Data keys that were made for entities which had none. What they sealed opens only if they are stored. */
  made(): readonly WrappedDataKey[];
};

/** From here on no secret is in the clear, but for the spare one of a key that may need it. `at` is now. */
export function toCommand(change: ValidChange, secrets: SecretPort, at: Date): AnyCommand {
  switch (change.op) {
    case 'put': {
      const { op, kind, name } = change;
      const intent = toIntent(kind, name, change.declaration, secrets);
      // The intent is made for this kind; the compiler cannot join the two again.
      return { op, kind, name, intent } as unknown as AnyCommand;
    }
    case 'rotate': {
      const { op, kind, name, rotation } = change;
      return { op, kind, name, ...toRotation(rotation, secrets), at };
    }
    default:
      return change;
  }
}

function toRotation({ grace, secret }: Rotation, { newVirtualKeySecret }: SecretPort) {
  const graceMs = grace === undefined ? 0 : (parseDurationMs(grace) ?? 0);
  return { graceMs, spareSecret: newVirtualKeySecret(), ...(secret && { secret: toHashed(secret) }) };
}

/** What is declared, with what is marked as secret or personal sealed or hashed. */
function toIntent(kind: EntityKind, name: string, declaration: object, secrets: SecretPort): object {
  const seal = (field: string, text: string): SealedText => ({
    sealed: secrets.seal(toEntityId(kind, name), field, text),
  });
  const hidden = { ...hideSecrets(kind, declaration, seal), ...hidePersonal(kind, declaration, seal) };
  return { ...declaration, ...hidden, ...(kind === 'virtual-key' && { spareSecret: secrets.newVirtualKeySecret() }) };
}

type Seal = (field: string, text: string) => SealedText;

function hideSecrets(kind: EntityKind, declaration: object, seal: Seal): object {
  // A field that is marked as a secret holds one of these, by the schema that the declaration was parsed with.
  const declared = declaration as Readonly<Record<string, SecretValue | StoredSecret | KeySecret | undefined>>;
  const hidden = secretFields(kind).flatMap(({ field, as }) => {
    const secret = declared[field];
    return secret === undefined ? [] : [[field, hideSecret(secret, field, as, seal)] as const];
  });
  return Object.fromEntries(hidden);
}

function hideSecret(
  secret: SecretValue | StoredSecret | KeySecret,
  field: string,
  as: SecretField['as'],
  seal: Seal,
): object {
  // What is stored is not known yet; the decider puts it here.
  if ('stored' in secret) return secret;
  if (as === 'hashed' || 'sha256' in secret) return toHashed(secret);
  return { ...seal(field, secret.value), ...(secret.ref && { ref: secret.ref }) };
}

function hidePersonal(kind: EntityKind, declaration: object, seal: Seal): object {
  const declared = declaration as Readonly<Record<string, string | undefined>>;
  const hidden = personalFields(kind).flatMap((field) => {
    const text = declared[field];
    return text === undefined ? [] : [[field, seal(field, text)]];
  });
  return Object.fromEntries(hidden);
}

function toHashed(secret: SecretValue | KeySecret): KeySecret {
  if ('sha256' in secret) return secret;
  return { sha256: hashSecret(secret.value), ...(secret.ref && { ref: secret.ref }) };
}
