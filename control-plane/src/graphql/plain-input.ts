/**
 * What was set in a GraphQL input, as plain JSON: instances become objects, instants text, and members that are null or
 * undefined are left out, so that the contracts' own schemas judge the rest.
 */
export function toPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Date) return toInstant(value);
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, toPlain(member)]));
}

/** Without milliseconds that are zero, as people write it. */
const toInstant = (date: Date): string => date.toISOString().replace('.000Z', 'Z');
