import type { ProviderSpec } from '@tollgate/schema';
import type { Decider } from '../aggregate/decider.ts';
import { createDeclaredEntity } from '../aggregate/declared-entity.ts';

export const providerDecider: Decider<'provider'> = createDeclaredEntity<'provider'>({
  created: 'ProviderCreated',
  updated: 'ProviderUpdated',
  deleted: 'ProviderDeleted',
  settle: keepSealedIfUnchanged,
});

/** Sealing is random: the same secret sealed again differs, although nothing changed. */
function keepSealedIfUnchanged(intent: ProviderSpec, current: ProviderSpec | undefined): ProviderSpec {
  const stored = current?.apiKey;
  if (!intent.apiKey || !stored || intent.apiKey.fingerprint !== stored.fingerprint) return intent;
  return { ...intent, apiKey: { ...intent.apiKey, sealed: stored.sealed } };
}
