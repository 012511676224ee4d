import type { NodeQuota } from '@tollgate/schema';
import { matchesPattern } from '../admission/matches-pattern.ts';
import type { ConfigIndex } from '../config/config-index.ts';

/** Quotas with names of their own by what they count: the id of an entity, such as `team:search`, or `platform`. */
export type NamedQuotas = { of(scope: string): readonly NodeQuota[] };

const NAMED_KINDS = ['budget', 'rate-limit'] as const;
const NONE: readonly NodeQuota[] = Object.freeze([]);

/** Reads all of them once; to be made anew for each configuration. */
export function indexNamedQuotas(index: ConfigIndex): NamedQuotas {
  const byScope = new Map<string, NodeQuota[]>();
  for (const item of index.items(NAMED_KINDS)) {
    if (item.kind !== 'budget' && item.kind !== 'rate-limit') continue;
    const { scope, quota } = item.value;
    byScope.set(scope, [...(byScope.get(scope) ?? []), quota]);
  }
  return { of: (scope) => byScope.get(scope) ?? NONE };
}

/** Who asks for what, of all that quotas may count. */
export type QuotaSubject = {
  /** Ids of the entities that the request belongs to, such as `virtual-key:a`, `team:search`, `tag:prod`, `model:gpt-4.1`, `provider:openai`. */
  readonly scopes: readonly { readonly id: string; readonly quotas: readonly NodeQuota[] | undefined }[];
  /** The names under which the model may be known: as it was asked for, and what that stands for. */
  readonly models: readonly string[];
};

/** All quotas that count a request, its installation's among them. */
export function applicableQuotas(named: NamedQuotas, { scopes, models }: QuotaSubject): readonly NodeQuota[] {
  const all = [...named.of('platform'), ...scopes.flatMap(({ id, quotas = NONE }) => [...quotas, ...named.of(id)])];
  return all.filter(({ model }) => model === undefined || models.some((name) => matchesPattern(model, name)));
}
