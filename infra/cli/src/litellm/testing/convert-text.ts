import { convertLitellm } from '../convert.ts';
import { readConfig } from '../source/read-config.ts';

/** What becomes of a configuration: the document, and what is said of a key by its path. */
export function convertText(text: string, environment: Readonly<Record<string, string>> = {}) {
  const read = readConfig({ path: 'config.yaml', text });
  if (!read.ok) throw new Error(read.problem.message);
  const { document, lines } = convertLitellm([read.root], environment);
  return {
    document,
    said: (path: string): string => {
      const line = lines.find((one) => one.path === path);
      return line ? `${line.verdict}: ${line.message}` : 'not reported';
    },
  };
}

/** One model with these parameters, as lines of YAML flow. */
export const model = (name: string, parameters: string, info = ''): string =>
  `  - model_name: ${JSON.stringify(name)}\n    litellm_params: { ${parameters} }\n${info && `    model_info: { ${info} }\n`}`;

export const modelList = (...models: readonly string[]): string => `model_list:\n${models.join('')}`;
