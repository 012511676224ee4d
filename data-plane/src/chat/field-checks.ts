import type { GatewayError } from '@tollgate/schema';

/** What a field of the request must be: a test, and the words that complete "expected …". */
export type Expectation = { readonly holds: (value: unknown) => boolean; readonly words: string };

const LIMIT_MAX = 10_000_000;

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === 'string';
const isLimit = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= LIMIT_MAX;

export const OBJECT: Expectation = { holds: isObject, words: 'an object' };
export const TEXT: Expectation = { holds: isText, words: 'a string' };
const FLAG: Expectation = { holds: (value) => typeof value === 'boolean', words: 'a boolean' };
const NUMBER: Expectation = { holds: (value) => typeof value === 'number', words: 'a number' };
const LIMIT: Expectation = { holds: isLimit, words: `an integer from 1 to ${LIMIT_MAX}` };
const LIST: Expectation = { holds: Array.isArray, words: 'an array' };
const STOP: Expectation = {
  holds: (value) => isText(value) || (Array.isArray(value) && value.every(isText)),
  words: 'a string or an array of strings',
};
const TOOL_CHOICE: Expectation = {
  holds: (value) => isText(value) || isObject(value),
  words: 'a string or an object',
};

/** Optional fields of which this gateway or a dialect makes use; `null` says the same as leaving them out. */
const FIELD_CHECKS: ReadonlyMap<string, Expectation> = new Map([
  ['stream', FLAG],
  ['stream_options', OBJECT],
  ['n', LIMIT],
  ['max_tokens', LIMIT],
  ['max_completion_tokens', LIMIT],
  ['temperature', NUMBER],
  ['top_p', NUMBER],
  ['tools', LIST],
  ['tool_choice', TOOL_CHOICE],
  ['response_format', OBJECT],
  ['stop', STOP],
  ['user', TEXT],
  ['safety_identifier', TEXT],
]);

/** The first optional field that is not what it must be. */
export function findWrongField(body: Readonly<Record<string, unknown>>): GatewayError | undefined {
  // A body has fewer fields than there are checks.
  for (const field in body) {
    const expectation = FIELD_CHECKS.get(field);
    if (expectation === undefined) continue;
    const value = body[field];
    if (value !== null && !expectation.holds(value)) return wrongType(field, expectation, value);
  }
  return undefined;
}

export function missing(param: string): GatewayError {
  return { code: 'invalid_request', message: `Missing required parameter: '${param}'.`, param };
}

/** Says what was expected at `param`, and what stood there instead, without repeating the value itself. */
export function wrongType(param: string, { words }: Expectation, value: unknown): GatewayError {
  const message = `Invalid value for '${param}': expected ${words}, but got ${nameOf(value)} instead.`;
  return { code: 'invalid_request', message, param };
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  if (value === '') return 'an empty string';
  if (typeof value === 'number') return `the number ${value}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
