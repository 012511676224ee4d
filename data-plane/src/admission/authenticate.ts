import { type GatewayError, hashSecret } from '@tollgate/schema';
import type { ConfigIndex, KeyEntry } from '../config/config-index.ts';

export type Authentication =
  | { readonly ok: true; readonly key: KeyEntry }
  | { readonly ok: false; readonly error: GatewayError };

const BEARER = /^bearer +/i;

/** The secret that a request carries: `Authorization: Bearer …`, else `x-api-key`, else `api-key`; empty if none. */
export function bearerSecret(header: (name: string) => string): string {
  const authorization = header('authorization');
  return authorization === '' ? header('x-api-key') || header('api-key') : authorization.replace(BEARER, '').trim();
}

/** Finds the key of a secret, or of one before it within its time of grace, by its SHA-256 and refuses one that is unknown, blocked or expired. */
export function authenticate(index: ConfigIndex, secret: string, nowMs: number): Authentication {
  if (secret === '') {
    return refuse('missing_api_key', 'No API key was given. Send it as "Authorization: Bearer <key>".');
  }
  const key = index.findKey(hashSecret(secret));
  if (key === undefined || (key.untilMs ?? Number.POSITIVE_INFINITY) <= nowMs)
    return refuse('invalid_api_key', 'The API key is not known here.');
  if (key.config.blocked) return refuse('api_key_blocked', `The API key ${key.name} is blocked.`);
  if (key.config.expiresAtMs !== undefined && key.config.expiresAtMs <= nowMs) {
    return refuse(
      'api_key_expired',
      `The API key ${key.name} expired at ${new Date(key.config.expiresAtMs).toISOString()}.`,
    );
  }
  return { ok: true, key };
}

const refuse = (code: GatewayError['code'], message: string): Authentication => ({
  ok: false,
  error: { code, message },
});
