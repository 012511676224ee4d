import { DOCUMENT_VERSION, parseDocument } from '@tollgate/schema';

export type Declaration = Readonly<Record<string, unknown>>;

/** Gathers entities; takes only what the parser of config documents takes. */
export type DocumentBuilder = {
  /** @returns why the entity is refused, or undefined if it was taken */
  put(section: string, name: string, declaration: Declaration): string | undefined;
  has(section: string, name: string): boolean;
  get(section: string, name: string): Declaration | undefined;
  /** Takes those out again that are not wanted. */
  keep(section: string, isWanted: (name: string) => boolean): void;
  /** The whole document, entities in the order in which they came. */
  value(): Declaration;
};

export function createDocumentBuilder(): DocumentBuilder {
  const sections = new Map<string, Map<string, Declaration>>();
  return {
    put(section, name, declaration) {
      const refusal = check(section, name, declaration);
      if (refusal !== undefined) return refusal;
      const entities = sections.get(section) ?? new Map<string, Declaration>();
      sections.set(section, entities.set(name, declaration));
      return undefined;
    },
    has: (section, name) => sections.get(section)?.has(name) ?? false,
    get: (section, name) => sections.get(section)?.get(name),
    keep(section, isWanted) {
      const entities = sections.get(section);
      for (const name of [...(entities?.keys() ?? [])]) if (!isWanted(name)) entities?.delete(name);
    },
    value() {
      const filled = [...sections].filter(([, entities]) => entities.size > 0);
      const all = filled.map(([section, entities]) => [section, Object.fromEntries(entities)] as const);
      return { tollgate: DOCUMENT_VERSION, ...Object.fromEntries(all) };
    },
  };
}

/** JSON is YAML: the parser sees the entity as it will stand in the document. */
function check(section: string, name: string, declaration: Declaration): string | undefined {
  const text = JSON.stringify({ tollgate: DOCUMENT_VERSION, [section]: { [name]: declaration } });
  const [problem] = parseDocument([{ path: 'imported.yaml', text }]).problems;
  return problem && `${fieldOf(problem.path, section, name)}${problem.message}`;
}

function fieldOf(path: string, section: string, name: string): string {
  const field = path.startsWith(`${section}.${name}.`) ? path.slice(section.length + name.length + 2) : '';
  return field === '' ? '' : `${field}: `;
}
