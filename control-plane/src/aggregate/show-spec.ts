import { type EntityKind, type Json, personalFields, type Specs, secretFields } from '@tollgate/schema';
import { isMarkedErased } from '../secrets/mark-erased.ts';

/** What people may read of a field that is stored sealed or hashed: whether it differs from the one before. */
export const SHOWN_SECRET = '(secret)';
export const SHOWN_CHANGED_SECRET = '(secret changed)';
export const SHOWN_PERSONAL = '(personal)';
export const SHOWN_CHANGED_PERSONAL = '(personal changed)';
/** What it said was made unreadable for everybody. */
export const SHOWN_ERASED = '(erased)';
export const SHOWN_CHANGED_ERASED = '(erased, changed)';

/** How a field is stored that nobody may read: one of these members tells whether it changed. */
type Hidden = { readonly sealed?: string; readonly sha256?: string; readonly ref?: Json };

/** What people may read of an entity: without secrets and personal data, but saying whether they differ from `previous`. */
export function showSpec<Kind extends EntityKind>(
  kind: Kind,
  spec: Specs[Kind],
  previous: Specs[Kind] | undefined,
): Json {
  const [now, before] = [spec, previous ?? {}] as readonly Readonly<Record<string, unknown>>[];
  const secrets = secretFields(kind).map(({ field }) => {
    const [hidden, old] = [now?.[field], before?.[field]] as readonly (Hidden | undefined)[];
    return [field, hidden && { value: showHidden(hidden, old, SECRET_WORDS), ref: hidden.ref }] as const;
  });
  const personal = personalFields(kind).map((field) => {
    const [hidden, old] = [now?.[field], before?.[field]] as readonly (Hidden | undefined)[];
    return [field, hidden && showHidden(hidden, old, PERSONAL_WORDS)] as const;
  });
  return { ...(spec as Json & object), ...Object.fromEntries([...secrets, ...personal]) };
}

type Words = readonly [unchanged: string, changed: string];
const SECRET_WORDS: Words = [SHOWN_SECRET, SHOWN_CHANGED_SECRET];
const PERSONAL_WORDS: Words = [SHOWN_PERSONAL, SHOWN_CHANGED_PERSONAL];
const ERASED_WORDS: Words = [SHOWN_ERASED, SHOWN_CHANGED_ERASED];

function showHidden(hidden: Hidden, old: Hidden | undefined, words: Words): string {
  const isErased = hidden.sealed !== undefined && isMarkedErased(hidden.sealed);
  const [unchanged, changed] = isErased ? ERASED_WORDS : words;
  return isChanged(hidden, old) ? changed : unchanged;
}

const isChanged = (hidden: Hidden | undefined, old: Hidden | undefined): boolean =>
  old !== undefined && (hidden?.sealed !== old.sealed || hidden?.sha256 !== old.sha256);
