import type { DocumentValue } from './to-document.ts';

/** What whoever reads an exported document has to know. */
export function explainExport(document: DocumentValue, revision: number): readonly string[] {
  const text = JSON.stringify(document);
  return [
    `What is declared at revision ${revision}. Applied there again, it changes nothing.`,
    ...(text.includes('{"stored":true}')
      ? [
          '`{ stored: true }` keeps a secret that is stored and was given without a place to read it from.',
          'Elsewhere there is none: write `{ env: NAME }` or `{ file: PATH }` instead.',
        ]
      : []),
    ...('keys' in document ? ['A key without `secret` keeps the one that it has; elsewhere it gets a new one.'] : []),
  ];
}
