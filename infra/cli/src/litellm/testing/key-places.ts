import { isNode, isPair, LineCounter, parseDocument, visit } from 'yaml';

/** Where each key of a YAML text stands, as `line:column`, found in another way than the importer does. */
export function keyPlaces(text: string): readonly string[] {
  const lineCounter = new LineCounter();
  const places: string[] = [];
  visit(parseDocument(text, { lineCounter, uniqueKeys: false, logLevel: 'error' }), (_, node) => {
    if (!isPair(node) || !isNode(node.key)) return;
    const { line, col } = lineCounter.linePos(node.key.range?.[0] ?? 0);
    places.push(`${line}:${col}`);
  });
  return places.sort();
}
