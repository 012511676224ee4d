import { acceptedSealingKeys, SEALING_KEYS_PATH, type TokenChoice } from '@tollgate/schema';
import type { KeyHolder } from './sealing-keys.ts';

const TIMEOUT_MS = 5_000;

/**
 * Asks analytics which sealing keys it accepts. Never throws: one that gives no answer is told of as such. Of several
 * processes behind one address only one is asked.
 */
export async function readAnalyticsKeys(analyticsUrl: string, tokens: TokenChoice): Promise<KeyHolder> {
  const url = new URL(SEALING_KEYS_PATH, analyticsUrl);
  const holder = { name: `analytics at ${url.origin}`, silentSince: undefined };
  const ask = (token: string) =>
    fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const response = await tokens.ask(ask).catch(() => undefined);
  if (!response) return { ...holder, sealingKeys: null, silence: 'does not answer' };
  // It knows none of our tokens, so it has none of our keys.
  if (response.status === 401) return { ...holder, sealingKeys: [] };
  const answer = acceptedSealingKeys.safeParse(await response.json().catch(() => undefined));
  if (response.ok && answer.success) return { ...holder, sealingKeys: answer.data.accepted };
  return { ...holder, sealingKeys: null, silence: 'does not say which sealing keys it accepts' };
}
