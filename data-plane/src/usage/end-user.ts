import { END_USER_CHARACTERS_MAX } from '@tollgate/schema';

/** Control characters, and those that end a line. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}]/gu;
const REPLACEMENT = '\u{fffd}';

/**
 * Whom a request names as its user: by the header for it, else by OpenAI's `user`, or `safety_identifier` that is to take its place. It is a
 * client's free text, so it is cut and freed of what could spoil a log or a page; empty if nobody is named.
 */
export function endUserOf(
  { user, safety_identifier: identifier }: Readonly<Record<string, unknown>>,
  ofHeader: string,
): string {
  const named = [ofHeader, user, identifier].find((text) => typeof text === 'string' && text !== '');
  if (typeof named !== 'string') return '';
  return named.slice(0, END_USER_CHARACTERS_MAX).toWellFormed().replace(UNPRINTABLE, REPLACEMENT);
}
