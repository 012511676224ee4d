import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  type DocumentEntity,
  type DocumentProblem,
  type ResolvedSecrets,
  type SecretRef,
  type SecretUse,
  secretUses,
} from '@tollgate/schema';
import { codeOf } from '../api/graphql-client.ts';
import type { Environment } from '../terminal.ts';
import type { Locate } from './locate-problems.ts';

export type SecretResolution = { readonly secrets: ResolvedSecrets; readonly problems: readonly DocumentProblem[] };

type Resolved = { readonly value: string } | { readonly problem: string };

/**
 * Reads every secret that entities of a document ask for. A file's path is relative to the document file that names it, and
 * one line end at its end is not part of the secret. What cannot be read is a problem at the place that asks for it.
 */
export async function resolveSecrets(
  entities: readonly DocumentEntity[],
  locate: Locate,
  environment: Environment,
): Promise<SecretResolution> {
  const secrets = new Map<SecretRef, string>();
  const problems: DocumentProblem[] = [];
  for (const use of secretUses(entities)) {
    const resolved = await resolveSecret(use, environment);
    if ('value' in resolved) secrets.set(use.ref, resolved.value);
    else problems.push({ ...placeOf(locate, use), message: resolved.problem });
  }
  return { secrets, problems };
}

async function resolveSecret({ ref, entity }: SecretUse, environment: Environment): Promise<Resolved> {
  if ('env' in ref) {
    const value = Object.hasOwn(environment, ref.env) ? environment[ref.env] : undefined;
    if (value === undefined) return { problem: `the environment variable ${ref.env} is not set` };
    return value === '' ? { problem: `the environment variable ${ref.env} is empty` } : { value };
  }
  const path = resolve(dirname(entity.at.file), ref.file);
  try {
    const value = (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
    return value === '' ? { problem: `the file ${path} is empty` } : { value };
  } catch (error) {
    return { problem: `the file ${path} cannot be read (${codeOf(error)})` };
  }
}

const placeOf = (locate: Locate, { entity, path }: SecretUse): Omit<DocumentProblem, 'message'> =>
  locate(entity.kind, entity.name, path) ?? { ...entity.at, path };
