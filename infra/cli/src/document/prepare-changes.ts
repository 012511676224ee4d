import { type ParsedDocument, type PutChange, toChanges } from '@tollgate/schema';
import type { Environment } from '../terminal.ts';
import { loadDocument } from './load-document.ts';
import type { ShownProblem } from './locate-problems.ts';
import { resolveSecrets } from './resolve-secrets.ts';

export type PreparedChanges =
  | { readonly ok: true; readonly document: ParsedDocument; readonly changes: readonly PutChange[] }
  | { readonly ok: false; readonly problems: readonly ShownProblem[] };

/** From files to changes that can be sent: reads, parses, and reads the secrets; gives the problems of both at once. */
export async function prepareChanges(paths: readonly string[], environment: Environment): Promise<PreparedChanges> {
  const document = await loadDocument(paths);
  const { secrets, problems: secretProblems } = await resolveSecrets(document, environment);
  const problems = [...document.problems, ...secretProblems];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, document, changes: toChanges(document.declarations, secrets) };
}
