const PLAIN_SEGMENT = /^[\w.:/@+*-]+$/;
const SEGMENT = /\[(\d+)\]|([^.[\]]+)/g;

export type PathSegment = string | number;

/** Writes a path as people read it: `models.gpt-4.1.deployments[0].provider`; odd names stand in quotes. */
export function formatDocumentPath(segments: readonly PathSegment[]): string {
  return segments.reduce<string>((path, segment) => {
    if (typeof segment === 'number') return `${path}[${segment}]`;
    const name = PLAIN_SEGMENT.test(segment) ? segment : JSON.stringify(segment);
    return path === '' ? name : `${path}.${name}`;
  }, '');
}

/** Reads a path within one declaration, such as `deployments[0].provider`; names with dots in them are not told apart. */
export function parseDocumentPath(path: string): readonly PathSegment[] {
  return [...path.matchAll(SEGMENT)].map(([, index, name]) => (index === undefined ? (name ?? '') : Number(index)));
}
