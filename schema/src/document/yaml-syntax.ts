import type { YAMLError } from 'yaml';

/**
 * The parser's own texts quote the source, where a secret may stand; these do not.
 * The codes are those of https://eemeli.org/yaml/#errors.
 */
const MESSAGES: ReadonlyMap<YAMLError['code'], string> = new Map<YAMLError['code'], string>([
  ['BAD_ALIAS', 'an alias (`*name`) or an anchor (`&name`) has no valid name'],
  ['ALIAS_PROPS', 'an alias cannot have an anchor or a tag'],
  ['BAD_DIRECTIVE', 'only the directive `%YAML 1.2` is understood'],
  ['BAD_DQ_ESCAPE', 'a text in double quotes has an unknown escape; in single quotes nothing is escaped'],
  ['BAD_INDENT', 'the indentation is wrong, or a bracket is not closed'],
  ['BAD_SCALAR_START', 'a text that starts with this character needs quotes'],
  ['BLOCK_AS_IMPLICIT_KEY', 'a second `: ` on one line; a text with `: ` in it needs quotes'],
  ['BLOCK_IN_FLOW', 'inside [ ] and { } only [ ] and { } can nest'],
  ['KEY_OVER_1024_CHARS', 'a key has more than 1024 characters'],
  ['MISSING_CHAR', 'a comma, a blank, a quote or a closing bracket is missing'],
  ['MULTIPLE_DOCS', 'a file holds one document; put the second one into a file of its own'],
  ['NON_STRING_KEY', 'a key should be plain text'],
  ['RESOURCE_EXHAUSTION', 'is nested too deeply'],
  ['TAB_AS_INDENT', 'indentation needs blanks; here is a tab'],
  ['TAG_RESOLVE_FAILED', 'tags (`!name`) are not allowed; a text that starts with `!` needs quotes'],
]);

export const syntaxMessage = (code: YAMLError['code']): string => MESSAGES.get(code) ?? 'this is not valid YAML';
