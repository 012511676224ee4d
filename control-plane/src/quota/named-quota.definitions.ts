import { type EntityKind, nodeQuotasOf, type Specs } from '@tollgate/schema';
import { toEntityId } from '../aggregate/entity.ts';
import { defineEntity } from '../aggregate/entity-definition.ts';

/** Quotas with names of their own, which count what another entity is or owns. */
export const budgetDefinition = defineEntity('budget', {
  toItem(id, { spec }) {
    const [quota] = nodeQuotasOf('budget', id, spec) ?? [];
    return quota && { kind: 'budget', id, value: { scope: scopeId(spec.scope), quota } };
  },
});

export const rateLimitDefinition = defineEntity('rate-limit', {
  toItem(id, { spec }) {
    const [quota] = nodeQuotasOf('rate-limit', id, spec) ?? [];
    return quota && { kind: 'rate-limit', id, value: { scope: scopeId(spec.scope), quota } };
  },
});

type Scope = Specs['budget']['scope'];

/** The id of the entity whose requests count, or `platform`; exactly one field of a scope is set. */
function scopeId(scope: Scope): string {
  const [field, name] = Object.entries(scope).find(([, value]) => value !== undefined) ?? ['platform', true];
  if (field === 'platform') return 'platform';
  const kind: EntityKind = field === 'key' ? 'virtual-key' : (field as EntityKind);
  return toEntityId(kind, String(name));
}
