import { parseArgs } from 'node:util';

/**
 * The environment with what the command line says in the place of its variables.
 * @throws Error for an argument that there is not
 */
export function withArguments(env: NodeJS.ProcessEnv, args: readonly string[]): NodeJS.ProcessEnv {
  const { values } = parseArgs({ args: [...args], options: { workers: { type: 'string' } } });
  return values.workers === undefined ? env : { ...env, TOLLGATE_WORKERS: values.workers };
}
