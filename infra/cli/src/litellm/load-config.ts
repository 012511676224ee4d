import { dirname, join, resolve } from 'node:path';
import { readTextFile } from '../document/load-document.ts';
import { userError } from '../user-error.ts';
import type { ConfigMap } from './source/config-node.ts';
import { type ConfigProblem, readConfig } from './source/read-config.ts';
import { includesOf } from './source/sections.ts';

/** More than anybody includes; a circle of includes ends before. */
const FILES_MAX = 100;

export type LoadedConfig =
  | { readonly ok: true; readonly roots: readonly ConfigMap[]; readonly paths: readonly string[] }
  | { readonly ok: false; readonly problem: ConfigProblem };

/**
 * Reads a LiteLLM configuration and the files that it includes, whose paths are relative to its folder. Each is read once.
 * @throws UserError if one cannot be read
 */
export async function loadConfig(path: string): Promise<LoadedConfig> {
  const roots: ConfigMap[] = [];
  const paths = [path];
  for (let index = 0; index < paths.length; index += 1) {
    if (index >= FILES_MAX) throw userError(`a configuration of at most ${FILES_MAX} files is imported`);
    const file = paths[index] ?? path;
    const read = readConfig({ path: file, text: await readTextFile(file) });
    if (!read.ok) return read;
    roots.push(read.root);
    const included = includesOf(read.root).map((name) => join(dirname(path), name));
    paths.push(...included.filter((one) => !paths.some((known) => resolve(known) === resolve(one))));
  }
  return { ok: true, roots, paths };
}
