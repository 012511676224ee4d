import { readFullYaml, type YamlFile } from './full-yaml.ts';
import { createLineIndex, START } from './line-index.ts';
import { readPlainYaml } from './plain-yaml.ts';

/**
 * Reads one document of YAML or JSON. What is plain is read quickly, and once more in full only if it has to be told where
 * something within an entity stands.
 */
export function readYamlFile(text: string): YamlFile {
  const lines = createLineIndex(text);
  const plain = readPlainYaml(text);
  if (!plain) return readFullYaml(text, lines);
  let full: YamlFile | undefined;
  const inFull = () => {
    full ??= readFullYaml(text, lines);
    return full.ok ? full : undefined;
  };
  return {
    ok: true,
    value: plain.value,
    problems: [],
    positionOf: (path) => inFull()?.positionOf(path) ?? START,
    positionOfName(path) {
      const offset = plain.nameOffset(path);
      return offset === undefined ? (inFull()?.positionOfName(path) ?? START) : lines.positionAt(offset);
    },
  };
}
