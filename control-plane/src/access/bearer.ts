import { timingSafeEqual } from 'node:crypto';
import { hashSecret } from '@tollgate/schema';

const BEARER = /^Bearer ([\x21-\x7e]+)$/i;

/** The token of an `Authorization: Bearer …` header; undefined if there is none. */
export function bearerToken(header: string | undefined): string | undefined {
  return header === undefined ? undefined : BEARER.exec(header)?.[1];
}

/** Compares by hash, so that neither the time nor the length says how much of the token is right. */
export function isTokenOf(expectedHash: string, token: string | undefined): boolean {
  if (token === undefined) return false;
  return timingSafeEqual(Buffer.from(hashSecret(token)), Buffer.from(expectedHash));
}
