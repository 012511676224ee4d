import { parseArgs } from 'node:util';

/** The options of a benchmark as they were written, each with its default; what is wrong throws and says what would be right. */
export type Arguments<Name extends string> = {
  number(name: Name): number;
  /** Of parts between commas, each once; likewise `someOf`. */
  numbers(name: Name): readonly number[];
  oneOf<Known extends string>(name: Name, known: readonly Known[]): Known;
  someOf<Known extends string>(name: Name, known: readonly Known[]): readonly Known[];
  /** An option that has no default. */
  optional(name: string): string | undefined;
};

export type ArgumentForm<Name extends string> = {
  readonly defaults: Readonly<Record<Name, string>>;
  /** What holds instead of the defaults with `--quick`. */
  readonly quick: Readonly<Record<Name, string>>;
  /** The longest that a number may be written. */
  readonly digitsMax: number;
  /** Options without a default. */
  readonly optional?: readonly string[];
};

/** Reads a command line; throws with a message that says which option is wrong and what would be right. */
export function readArguments<Name extends string>(
  args: readonly string[],
  { defaults, quick, digitsMax, optional = [] }: ArgumentForm<Name>,
): Arguments<Name> | 'help' {
  const written = { type: 'string' } as const;
  const names = Object.fromEntries([...Object.keys(defaults), ...optional].map((name) => [name, written]));
  const values: Readonly<Record<string, string | boolean | undefined>> = parseArgs({
    // pnpm passes the `--` on that separates its own options.
    args: args.filter((arg) => arg !== '--'),
    options: { ...names, quick: { type: 'boolean' }, help: { type: 'boolean' } },
  }).values;
  if (values['help'] === true) return 'help';

  const given = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const text = (name: Name): string => given(name) ?? (values['quick'] === true ? quick : defaults)[name];
  const list = (name: Name): readonly string[] => [...new Set(text(name).split(','))];
  const numberOf = (name: Name, part: string): number => wholeNumber(name, part, digitsMax);
  return {
    number: (name) => numberOf(name, text(name)),
    numbers: (name) => list(name).map((part) => numberOf(name, part)),
    oneOf: (name, known) => oneOf(name, known, text(name)),
    someOf: (name, known) => list(name).map((part) => oneOf(name, known, part)),
    optional: given,
  };
}

function oneOf<Known extends string>(option: string, known: readonly Known[], text: string): Known {
  const found = known.find((name) => name === text);
  if (found === undefined) throw new Error(`--${option}: ${JSON.stringify(text)} is not one of ${known.join(', ')}`);
  return found;
}

function wholeNumber(option: string, text: string, digitsMax: number): number {
  if (!/^[1-9]\d*$/.test(text) || text.length > digitsMax)
    throw new Error(`--${option}: ${JSON.stringify(text)} is not a whole number from 1`);
  return Number(text);
}
