import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Does the caller know the password of user `default`? Taken from basic auth, X-ClickHouse-Key or the URL. */
export function isAuthorized(headers: IncomingHttpHeaders, fields: URLSearchParams, password: string): boolean {
  const given = credentialsOf(headers, fields);
  return given.user === 'default' && isSameSecret(given.password, password);
}

function credentialsOf(headers: IncomingHttpHeaders, fields: URLSearchParams): { user: string; password: string } {
  const basic = /^Basic (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (basic !== undefined) {
    const [user = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    return { user, password: rest.join(':') };
  }
  const { 'x-clickhouse-user': user, 'x-clickhouse-key': key } = headers;
  if (typeof key === 'string') return { user: typeof user === 'string' ? user : 'default', password: key };
  return { user: fields.get('user') ?? 'default', password: fields.get('password') ?? '' };
}

/** Compares digests, so that neither the time taken nor the length tells anything. */
function isSameSecret(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
