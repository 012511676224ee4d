import type { EntityKind } from '../config/entity-kind.ts';
import type { PathSegment } from './document-path.ts';

/** Sections that the design of the document has and this version does not; they are refused, not ignored. */
const unsupportedSections: ReadonlySet<string> = new Set(['routingPolicies', 'guardrails', 'cachePolicies']);

/** The same for fields of any kind, and of some kinds; `[]` stands for any index. */
const unsupportedEverywhere: ReadonlySet<string> = new Set(['guardrails']);
const unsupportedFields: Readonly<Partial<Record<EntityKind, ReadonlySet<string>>>> = Object.freeze({
  model: new Set(['cache', 'deployments[].budgets', 'deployments[].rateLimits']),
});

export const isUnsupportedSection = (name: string): boolean => unsupportedSections.has(name);

export function isUnsupportedField(kind: EntityKind, path: readonly PathSegment[]): boolean {
  const dotted = path.map((segment) => (typeof segment === 'number' ? '[]' : `.${segment}`)).join('');
  const pattern = dotted.slice(1);
  return unsupportedEverywhere.has(pattern) || (unsupportedFields[kind]?.has(pattern) ?? false);
}

export const unsupportedMessage = (name: string): string =>
  `\`${name}\` is not supported by this version of Tollgate yet`;
