import type { ConfigEntry, Fields } from '../source/config-node.ts';
import { isVariableName, variableOf } from '../source/environment-reference.ts';
import { textOf } from '../source/scalars.ts';

/** Headers that hold no secret; the value of any other may be one. */
const PUBLIC_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'accept-language',
  'anthropic-beta',
  'anthropic-version',
  'content-type',
  'openai-beta',
  'user-agent',
]);
const BEARER = /^bearer\s+/i;

export type ReadHeaders =
  | { readonly ok: true; readonly declaration: Readonly<Record<string, unknown>>; readonly note: string }
  | { readonly ok: false; readonly why: string };

/** The headers of an endpoint, with the one secret that it can have. */
export function readHeaders(fields: Fields, path: string): ReadHeaders {
  const all = [...fields].flatMap(([name, entry]) => (textOf(entry.value) === undefined ? [] : [{ name, entry }]));
  const secrets = all.filter(({ name }) => !PUBLIC_HEADERS.has(name.toLowerCase()));
  if (secrets.length > 1)
    return { ok: false, why: 'an endpoint has one credential, and more than one header here may be one' };
  const open = all.filter((one) => !secrets.includes(one));
  const headers = Object.fromEntries(open.map(({ name, entry }) => [name, textOf(entry.value)]));
  const [secret] = secrets;
  const key = secret && readSecret(secret.name, secret.entry, path);
  return {
    ok: true,
    declaration: { ...key?.declaration, ...(open.length > 0 && { headers }) },
    note: key === undefined ? '' : `its secret is read from ${key.variable}`,
  };
}

/** `Authorization: Bearer` is how a credential is sent if nothing else is said. */
function readSecret(name: string, { value }: ConfigEntry, path: string) {
  const text = textOf(value) ?? '';
  const isBearer = name.toLowerCase() === 'authorization' && BEARER.test(text);
  const stated = variableOf({ kind: 'text', text: isBearer ? text.replace(BEARER, '') : text, isPlain: false });
  const variable = stated !== undefined && isVariableName(stated) ? stated : suggestedName(path);
  return { variable, declaration: { apiKey: { env: variable }, ...(!isBearer && { apiKeyHeader: name }) } };
}

const suggestedName = (path: string): string =>
  `PASS_THROUGH${path.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_API_KEY`;
