import { syntaxMessage } from '@tollgate/schema';
import { LineCounter, parseDocument as parseYaml } from 'yaml';
import type { ConfigMap, ConfigPlace } from './config-node.ts';
import { createNodeReader } from './node-reader.ts';

export type ConfigFile = { readonly path: string; readonly text: string };
export type ConfigProblem = ConfigPlace & { readonly message: string };

export type ReadConfig =
  | { readonly ok: true; readonly root: ConfigMap }
  | { readonly ok: false; readonly problem: ConfigProblem };

/**
 * Reads one file of a LiteLLM configuration. Texts are taken as they are written, as its dialect is YAML 1.1 and what is a
 * number there depends on who reads it. Only what cannot be read at all is a problem; the text of that repeats no source.
 */
export function readConfig({ path: file, text }: ConfigFile): ReadConfig {
  const lineCounter = new LineCounter();
  const document = parseYaml(text, {
    lineCounter,
    schema: 'failsafe',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const [first] = document.errors;
  if (first) return refuse(first.pos[0], syntaxMessage(first.code));
  const { root, problem } = createNodeReader(document, placeAt).read();
  if (problem) return refuse(problem.offset, problem.message);
  if (root.kind === 'map') return { ok: true, root };
  return refuse(0, 'should be a map with `model_list` and the like');

  function placeAt(offset: number): ConfigPlace {
    const { line, col } = lineCounter.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  function refuse(offset: number, message: string): ReadConfig {
    return { ok: false, problem: { ...placeAt(offset), message } };
  }
}
