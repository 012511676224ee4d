import { fromCursor } from '../connection.ts';
import { publicError } from '../errors.ts';

/** The number that a cursor of a list by number stands for. */
export function numberOfCursor(cursor: string | null | undefined): number | undefined {
  const text = fromCursor(cursor);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  throw publicError('BAD_USER_INPUT', 'after is not a cursor of this list; take endCursor of the page before');
}
