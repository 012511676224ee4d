import { InvalidArgumentError, Option } from 'commander';

const LIMIT_MAX = 100_000;

/** `--limit`, for commands that list. */
export const limitOption = (byDefault: number): Option =>
  new Option('--limit <number>', 'how many at most').default(byDefault).argParser(parseLimit);

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX)
    throw new InvalidArgumentError(`It should be a whole number from 1 to ${LIMIT_MAX}.`);
  return limit;
}
