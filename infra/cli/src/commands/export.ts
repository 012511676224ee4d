import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type Declared, requestDeclarations } from '../api/declarations.ts';
import { requestRevision } from '../api/fleet.ts';
import { codeOf } from '../api/graphql-client.ts';
import { type CommandContext, connect, printJson } from '../command-context.ts';
import { parseKind } from '../document/parse-kind.ts';
import { explainExport } from '../export/explain-export.ts';
import { toDocument } from '../export/to-document.ts';
import { createDocumentWriter } from '../formatting/write-value.ts';
import { whileShowing } from '../terminal.ts';
import { userError } from '../user-error.ts';
import { parseRevision } from './revision-argument.ts';

type Options = {
  readonly kind?: readonly string[];
  readonly owner?: string;
  readonly asOf?: number;
  readonly out?: string;
  readonly json?: true;
};

export function addExportCommand(program: Command, context: CommandContext): void {
  program
    .command('export')
    .description('write everything that is declared as a config document, secrets as the places they are read from')
    .option('--kind <kind...>', 'only these kinds, such as teams and keys')
    .option('--owner <name>', 'only what belongs to this document; the result names it as its owner')
    .option('--as-of <revision>', 'what was declared at that revision', parseRevision)
    .option('--out <file>', 'write to this file instead of the standard output')
    .option('--json', 'write JSON, which is a config document as well')
    .action((options: Options) => exportDocument(options, context));
}

async function exportDocument({ kind, owner, asOf, out, json }: Options, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const kinds = kind?.map(parseKind);
  const client = connect(context);
  const revision = asOf ?? (await requestRevision(client));
  const entities = await whileShowing(terminal, 'reading …', () =>
    requestDeclarations(client, { kinds, owner, revision }, (count) => terminal.progress(`${count} entities …`)),
  );
  const document = toDocument(entities, nameOfDocument(owner));
  const text = json
    ? `${JSON.stringify(document, null, 2)}\n`
    : createDocumentWriter()(document, explainExport(document, revision));
  if (out === undefined) return terminal.print(text.trimEnd());
  await write(out, text);
  if (!json) terminal.complain(describe(entities, out, revision));
  else printJson(terminal, { file: out, entities: entities.length, revision });
}

/** What belongs to a source belongs to no document, and a document cannot take its name. */
const nameOfDocument = (owner: string | undefined): string | undefined =>
  owner !== undefined && ['api', 'cli', 'console'].includes(owner) ? undefined : owner;

function describe(entities: readonly Declared[], out: string, revision: number): string {
  return `Wrote ${entities.length} entities of revision ${revision} to ${out}`;
}

/** For its owner alone: it may hold the names and addresses of people. */
async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { mode: 0o600 });
  } catch (error) {
    throw userError(`cannot write ${path} (${codeOf(error)})`);
  }
}
