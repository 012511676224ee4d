/**
 * Where graphql-js 16 repeats a value that it was given, each with what may stay. An input may hold a secret, also in the
 * wrong place.
 * @see `coerceInputValue`, `getVariableValues`, `ValuesOfCorrectTypeRule`, `syntaxError` and the built-in scalars of graphql-js
 */
const REPETITIONS: readonly (readonly [RegExp, string])[] = [
  [/ got invalid value [\s\S]*? at "([\w.[\]]+)"; /, ' got an invalid value at "$1"; '],
  [
    / got invalid value [\s\S]*; (?=Expected|Field|String|Int|Float|Boolean|ID|Enum|Value|Exactly|expected)/,
    ' got an invalid value; ',
  ],
  [/(cannot represent [^:]*)(?:: )[\s\S]*$/, '$1'],
  [/(Expected value of type "[^"]*"), found [\s\S]*$/, '$1'],
  [/^Value "[\s\S]*" (does not exist in "\w+" enum)[\s\S]*$/, 'a value $1'],
  [/(; )Value "[\s\S]*" (does not exist in "\w+" enum)[\s\S]*$/, '$1a value $2'],
  [/( (?:String|BlockString|Name|Int|Float)) "[\s\S]*"/, '$1'],
  [/(, expected [^:]* but got): [\s\S]*$/, '$1 another character'],
];

/** The message without values of inputs: where, and what would have been right. */
export function withoutInputValues(message: string): string {
  return REPETITIONS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), message);
}
