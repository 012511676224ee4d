/** What JSON can hold; `undefined` members of objects are left out, as `JSON.stringify` does. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * JSON with the members of each object sorted by UTF-16 code units, so that equal values have equal text.
 * Hashes and checksums are taken over this text; Postgres' jsonb does not keep the order of members.
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const object = value as { readonly [key: string]: Json | undefined };
    const members = Object.keys(object)
      .sort()
      .flatMap((key) => {
        const member = object[key];
        return member === undefined ? [] : [`${JSON.stringify(key)}:${canonicalJson(member)}`];
      });
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}
