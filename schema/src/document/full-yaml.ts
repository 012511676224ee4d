import { parseDocument as parseYaml } from 'yaml';
import { type LineIndex, type Position, START } from './line-index.ts';
import { createPlaces } from './yaml-places.ts';
import { checkStructure, type Path, type StructureProblem } from './yaml-structure.ts';
import { syntaxMessage } from './yaml-syntax.ts';

export type YamlProblem = Position & { readonly path: Path; readonly message: string };

export type YamlFile =
  | { readonly ok: false; readonly problems: readonly YamlProblem[] }
  | {
      readonly ok: true;
      readonly value: unknown;
      /** What is wrong with it, although it can be read: names that are given twice. */
      readonly problems: readonly YamlProblem[];
      /** Where the value at a path stands; for one that is missing, where its parent stands. */
      positionOf(path: Path): Position;
      /** Where the name at the end of a path stands. */
      positionOfName(path: Path): Position;
    };

/** How often one anchor may be used, nested uses multiplied: bounds what a few lines of aliases can grow to. */
const ALIASES_MAX = 10_000;

/** Reads all of YAML 1.2 that a document may be written in: the core schema, no tags, no merge keys, names are text and unique. */
export function readFullYaml(text: string, { positionAt }: LineIndex): YamlFile {
  const document = parseYaml(text, {
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const syntaxErrors = [...document.errors, ...document.warnings];
  if (syntaxErrors.length > 0) {
    // One mistake can bring forth hundreds of errors behind it; the first is the one to mend.
    const first = syntaxErrors.reduce((a, b) => (b.pos[0] < a.pos[0] ? b : a));
    return refuse([{ path: [], message: syntaxMessage(first.code), ...positionAt(first.pos[0]) }]);
  }
  const structure = checkStructure(document.contents);
  const problems = structure.problems.map(toYamlProblem);
  if (!structure.problems.every(({ isReadable }) => isReadable)) return refuse(problems);
  const value = expand(() => document.toJS({ maxAliasCount: ALIASES_MAX }));
  if (value === undefined) return refuse([{ path: [], message: 'aliases are used too often', ...START }]);
  const places = createPlaces(document.contents, structure.targets);
  return {
    ok: true,
    value,
    problems,
    positionOf: (path) => positionAt(places.valueOffset(path)),
    positionOfName: (path) => positionAt(places.nameOffset(path)),
  };

  function toYamlProblem({ path, message, offset, otherOffset }: StructureProblem): YamlProblem {
    const said = otherOffset === undefined ? message : message.replace('%LINE%', `${positionAt(otherOffset).line}`);
    return { path, message: said, ...positionAt(offset) };
  }
}

const refuse = (problems: readonly YamlProblem[]): YamlFile => ({ ok: false, problems });

/** The parser throws a ReferenceError when aliases grow past the bound; every other error is a failure of ours. */
function expand(toJs: () => unknown): unknown {
  try {
    return toJs();
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}
