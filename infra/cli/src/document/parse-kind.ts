import { documentSections, type EntityKind, entityKinds, sectionOf } from '@tollgate/schema';
import { userError } from '../user-error.ts';

/** Reads a kind as people write it: `team`, `teams`, `virtual-key`, `key`, `keys`, `accessGroups`. @throws UserError */
export function parseKind(text: string): EntityKind {
  const wanted = toPlain(text);
  const kind = entityKinds.find((one) => namesOf(one).includes(wanted));
  if (kind) return kind;
  throw userError(`there is no kind ${text}; kinds are ${Object.keys(documentSections).join(', ')}`);
}

/** Reads `team/search`; names may hold slashes, kinds hold none. @throws UserError */
export function parseEntity(text: string): { readonly kind: EntityKind; readonly name: string } {
  const slash = text.indexOf('/');
  if (slash < 1 || slash === text.length - 1)
    throw userError(`${text} should be a kind and a name, such as team/search`);
  return { kind: parseKind(text.slice(0, slash)), name: text.slice(slash + 1) };
}

const namesOf = (kind: EntityKind): readonly string[] => {
  const section = toPlain(sectionOf(kind));
  return [toPlain(kind), section, section.replace(/s$/, ''), section.replace(/ies$/, 'y')];
};

const toPlain = (text: string): string => text.toLowerCase().replaceAll(/[-_\s]/g, '');
