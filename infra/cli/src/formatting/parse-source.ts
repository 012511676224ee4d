import { parseDocument } from 'yaml';

/**
 * Parses the same language as the document's own parser; a name given twice is left to `validate`.
 * @param keepSourceTokens whether nodes know the tokens that they came from, which needs much memory
 */
export function parseSource(source: string, { keepSourceTokens = false } = {}) {
  return parseDocument(source, {
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false,
    keepSourceTokens,
    prettyErrors: false,
    logLevel: 'error',
  });
}
