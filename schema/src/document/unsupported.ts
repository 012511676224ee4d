import type { EntityKind } from '../config/kinds.ts';
import type { PathSegment } from './document-path.ts';

/** Sections that the design of the document has and this version does not enforce; they are refused, not ignored. */
const unsupportedSections: ReadonlySet<string> = new Set([
  'owner',
  'organizations',
  'projects',
  'users',
  'members',
  'serviceAccounts',
  'customers',
  'tags',
  'budgets',
  'rateLimits',
  'aliases',
  'accessGroups',
  'routingPolicies',
  'guardrails',
  'cachePolicies',
  'priceOverrides',
  'alertRules',
  'webhooks',
  'passThroughEndpoints',
  'roleBindings',
  'nodeGroups',
]);

/** The same for fields; `[]` stands for any index. */
const unsupportedFields: Readonly<Record<EntityKind, ReadonlySet<string>>> = Object.freeze({
  provider: new Set(['budgets', 'rateLimits']),
  model: new Set([
    'aliases',
    'fallbacks',
    'guardrails',
    'cache',
    'accessGroups',
    'budgets',
    'rateLimits',
    'routing.retries',
    'deployments[].order',
    'deployments[].budgets',
    'deployments[].rateLimits',
  ]),
  team: new Set(['organization', 'budgets', 'rateLimits', 'guardrails']),
  'virtual-key': new Set(['organization', 'project', 'user', 'customer', 'budgets', 'rateLimits', 'guardrails']),
});

export const isUnsupportedSection = (name: string): boolean => unsupportedSections.has(name);

export function isUnsupportedField(kind: EntityKind, path: readonly PathSegment[]): boolean {
  const pattern = path.map((segment) => (typeof segment === 'number' ? '[]' : `.${segment}`)).join('');
  return unsupportedFields[kind].has(pattern.slice(1));
}

export const unsupportedMessage = (name: string): string =>
  `\`${name}\` is not supported by this version of Tollgate yet`;
