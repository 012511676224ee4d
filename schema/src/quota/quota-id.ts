import { type EntityKind, isEntityKind } from '../config/entity-kind.ts';
import { type QuotaUnit, quotaUnits } from './node-quota.ts';

/** What tells the quotas of one entity apart; two that agree in all of it count the same and are refused when they are declared. */
export type QuotaTerms = {
  readonly unit: QuotaUnit;
  /** As it was declared; undefined for `concurrent`. */
  readonly window?: string | undefined;
  readonly timezone?: string | undefined;
  /** The model whose requests alone count. */
  readonly model?: string | undefined;
};

const SEPARATOR = '#';

/**
 * The name of a quota's counter, such as `team:search#nano_usd/day/Europe+Berlin`. It is made of what is counted and not of the limit, so
 * that a limit can be changed without what was used being forgotten; another window is another counter.
 */
export function quotaId(kind: EntityKind, name: string, { unit, window, timezone, model }: QuotaTerms): string {
  const terms = [unit, window ?? '', timezone ?? '', model ?? ''].map(encodeURIComponent).join('/');
  return `${kind}:${name}${SEPARATOR}${terms.replace(/\/+$/, '')}`;
}

export type ParsedQuotaId = { readonly kind: EntityKind; readonly name: string; readonly terms: QuotaTerms };

/** Whose quota it is and what it counts; undefined if the text is no quota's name. */
export function parseQuotaId(id: string): ParsedQuotaId | undefined {
  // No name of an entity holds the separator, nor do the terms.
  const end = id.lastIndexOf(SEPARATOR);
  const owner = id.slice(0, Math.max(0, end));
  const colon = owner.indexOf(':');
  const kind = owner.slice(0, Math.max(0, colon));
  const unit = quotaUnits.find((known) => known === id.slice(end + 1).split('/')[0]);
  if (!isEntityKind(kind) || unit === undefined) return undefined;
  const terms = readTerms(
    id
      .slice(end + 1)
      .split('/')
      .slice(1),
  );
  if (terms === undefined) return undefined;
  return { kind, name: owner.slice(colon + 1), terms: { unit, ...terms } };
}

function readTerms(encoded: readonly string[]): Omit<QuotaTerms, 'unit'> | undefined {
  try {
    const [window, timezone, model] = encoded.map((text) => decodeURIComponent(text) || undefined);
    return { window, timezone, model };
  } catch {
    return undefined;
  }
}
