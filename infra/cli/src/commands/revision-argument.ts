import { InvalidArgumentError } from 'commander';

/** Reads a revision: a whole number; 0 is before the first change set. */
export function parseRevision(text: string): number {
  const revision = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(revision))
    throw new InvalidArgumentError('A revision is a whole number, such as 17.');
  return revision;
}
