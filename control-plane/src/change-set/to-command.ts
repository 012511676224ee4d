import { hashSecret, type ProviderDeclaration, type VirtualKeyDeclaration } from '@tollgate/schema';
import type { AnyCommand, Intents } from '../aggregate/command.ts';
import { toEntityId } from '../aggregate/entity.ts';
import type { ValidChange } from './change-request.ts';

/** What turns secrets in the clear into what may be stored. Sealing and making secrets is random, so it is passed in. */
export type SecretPort = {
  /** `context` binds the sealed secret to its entity. */
  seal(context: string, secret: string): string;
  fingerprint(secret: string): string;
  newVirtualKeySecret(): string;
};

/** From here on no secret is in the clear, but for the spare one of a key that may need it. */
export function toCommand(change: ValidChange, secrets: SecretPort): AnyCommand {
  if (change.op !== 'put') return change as AnyCommand;
  const { op, name, onlyCreate } = change;
  const put = { op, name, ...(onlyCreate && { onlyCreate }) } as const;
  switch (change.kind) {
    case 'provider':
      return { ...put, kind: change.kind, intent: sealProvider(name, change.declaration, secrets) };
    case 'virtual-key':
      return { ...put, kind: change.kind, intent: hashVirtualKey(change.declaration, secrets) };
    case 'model':
      return { ...put, kind: change.kind, intent: change.declaration };
    case 'team':
      return { ...put, kind: change.kind, intent: change.declaration };
    default:
      return change satisfies never;
  }
}

function sealProvider(
  name: string,
  { apiKey, ...rest }: ProviderDeclaration,
  { seal, fingerprint }: SecretPort,
): Intents['provider'] {
  if (!apiKey) return rest;
  const { value, ref } = apiKey;
  const sealed = seal(toEntityId('provider', name), value);
  return { ...rest, apiKey: { sealed, fingerprint: fingerprint(value), ...(ref && { ref }) } };
}

function hashVirtualKey(
  { secret, ...rest }: VirtualKeyDeclaration,
  { newVirtualKeySecret }: SecretPort,
): Intents['virtual-key'] {
  const spareSecret = newVirtualKeySecret();
  if (!secret) return { ...rest, spareSecret };
  if ('sha256' in secret) return { ...rest, secret, spareSecret };
  const { value, ref } = secret;
  return { ...rest, secret: { sha256: hashSecret(value), ...(ref && { ref }) }, spareSecret };
}
