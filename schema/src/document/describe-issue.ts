import { z } from 'zod';

type RawIssue = z.core.$ZodRawIssue;

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'a map of fields'],
  ['record', 'a map'],
  ['null', 'nothing'],
]);

/**
 * Says what would be right in place of what zod found, for issues whose schema has no text of its own. It names types and
 * bounds, never the value. For unknown fields it lists the known ones, separated by comma and blank.
 */
export function describeIssue(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing; it should be ${nameOfType(issue.expected)}`
        : `should be ${nameOfType(issue.expected)}, not ${nameOfType(typeOf(issue.input))}`;
    case 'too_small':
      return isLowestLength(issue)
        ? 'should not be empty'
        : `should ${boundOf(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `should ${boundOf(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    case 'invalid_value':
      return `should be ${oneOf(issue.values)}`;
    case 'invalid_union':
      return Array.isArray(issue.options) ? `should be ${oneOf(issue.options)}` : 'is not valid';
    case 'unrecognized_keys':
      return issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape).join(', ') : '';
    case 'invalid_format':
      return 'does not have the right form';
    case 'invalid_key':
      return 'is not a valid name here';
    default:
      return 'is not valid';
  }
}

const nameOfType = (type: string): string => TYPE_NAMES.get(type) ?? type;

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function isLowestLength(issue: { origin: string; minimum: number | bigint; inclusive?: boolean | undefined }): boolean {
  return (issue.origin === 'string' || issue.origin === 'array') && issue.minimum === 1 && issue.inclusive !== false;
}

function boundOf(origin: string, bound: string, limit: number | bigint): string {
  if (origin === 'string') return `have ${bound} ${limit} characters`;
  return origin === 'array' ? `have ${bound} ${limit} items` : `be ${bound} ${limit}`;
}

function oneOf(values: readonly unknown[]): string {
  const texts = values.map(String);
  return texts.length === 1 ? `${texts[0]}` : `one of ${texts.join(', ')}`;
}
