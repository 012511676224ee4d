import { createDocumentWriter } from '../formatting/write-value.ts';
import { convertLitellm } from './convert.ts';
import type { ReportLine } from './report/report.ts';
import type { ConfigMap } from './source/config-node.ts';

/** A config document as text, and what became of each key of the input. */
export type ImportedConfig = { readonly document: string; readonly lines: readonly ReportLine[] };

/** Imports a configuration that was read, with the files that it includes; for its arguments see `convertLitellm`. */
export type LitellmImporter = (
  roots: readonly ConfigMap[],
  environment: Readonly<Record<string, string | undefined>>,
) => ImportedConfig;

export function createLitellmImporter(): LitellmImporter {
  const write = createDocumentWriter();
  return (roots, environment) => {
    const { document, lines } = convertLitellm(roots, environment);
    return { document: write(document, HEADER), lines };
  };
}

const HEADER = [
  'Imported from a LiteLLM configuration; what became of each of its keys is in the report of the import.',
  'Secrets are read from the variables that are named here when the document is planned or applied.',
];
