import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { ExportVerdict, KnownHash } from '@tollgate/schema';
import { type Command, InvalidArgumentError } from 'commander';
import { openEventExport } from '../api/event-export.ts';
import { codeOf } from '../api/graphql-client.ts';
import { type CommandContext, printJson } from '../command-context.ts';
import { printable } from '../rendering/printable.ts';
import { whileShowing } from '../terminal.ts';
import { isUserError, userError } from '../user-error.ts';
import { verifyExport } from '../verify/verify-lines.ts';

/** For scripts: a log that is broken is another thing than one that could not be looked at. */
const EXIT_CODES = Object.freeze({ whole: 0, unknown: 1, broken: 2 });

type Options = {
  readonly file?: string;
  readonly out?: string;
  readonly known?: readonly KnownHash[];
  readonly json?: true;
};

export function addVerifyCommand(program: Command, context: CommandContext): void {
  program
    .command('verify')
    .description(
      'prove that the event log is whole and unchanged; exits 0 if it is, 2 if it is not, 1 if that cannot be told',
    )
    .option('--file <export>', 'an export to look at, offline; left out, it is fetched from the control plane')
    .option('--out <file>', 'keep what was fetched')
    .option(
      '--known <revision:hash>',
      'a hash that was written down earlier, as `tollgate history --json` shows it; can be given several times',
      parseKnown,
    )
    .option('--json', 'print the verdict as JSON')
    .action(async (options: Options) => context.exitWith(await verify(options, context)));
}

async function verify({ file, out, known = [], json }: Options, context: CommandContext): Promise<number> {
  const { terminal } = context;
  if (file !== undefined && out !== undefined) throw userError('--out keeps what is fetched; with --file nothing is');
  const chunks = file === undefined ? await openEventExport(context) : createReadStream(file);
  const verdict = await readable(file ?? 'the export', () =>
    whileShowing(terminal, 'reading …', () =>
      verifyExport(out === undefined ? chunks : keep(chunks, out), known, (lines) =>
        terminal.progress(`${lines} events …`),
      ),
    ),
  );
  if (json) printJson(terminal, verdict);
  else if (verdict.ok) terminal.print(terminal.colours.green(describeWhole(verdict)));
  else
    terminal.complain(
      `${terminal.colours.red('error:')} ${printable(`${file ?? 'export'}:${verdict.line}: ${verdict.message}`)}`,
    );
  return verdict.ok ? EXIT_CODES.whole : EXIT_CODES.broken;
}

const describeWhole = ({ events, head }: Extract<ExportVerdict, { ok: true }>): string =>
  `The log is whole and unchanged: ${events} events; the hash of the last is ${head}`;

/** Writes what passes through; for its owner alone, as it holds all that ever was declared. */
async function* keep(chunks: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'w', 0o600);
  try {
    for await (const chunk of chunks) {
      await file.write(chunk);
      yield chunk;
    }
  } finally {
    await file.close();
  }
}

async function readable<Result>(what: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (isUserError(error)) throw error;
    throw userError(`cannot read ${what} to its end (${codeOf(error)})`);
  }
}

function parseKnown(text: string, before: readonly KnownHash[] | undefined): readonly KnownHash[] {
  const match = /^(\d+):([0-9a-f]{64})$/.exec(text);
  if (!match) throw new InvalidArgumentError('It should be a revision and a SHA-256, such as 17:4f2a….');
  return [...(before ?? []), { position: Number(match[1]), hash: match[2] ?? '' }];
}
