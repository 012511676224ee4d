import type { DocumentFile, DocumentProblem } from '@tollgate/schema';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { readDocumentFiles } from '../document/load-document.ts';
import { replaceFile } from '../document/replace-file.ts';
import { createDocumentFormatter } from '../formatting/format-document.ts';
import { printable } from '../rendering/printable.ts';
import { renderProblems } from '../rendering/problems.ts';

type Options = { readonly check?: true };

/** A file whose formatted text is another one, or what hinders it from being formatted. */
type Outcome = { readonly path: string; readonly text?: string; readonly problems: readonly DocumentProblem[] };

export function addFmtCommand(program: Command, context: CommandContext): void {
  program
    .command('fmt')
    .description('format config documents in place: fields in the order of the schema, comments kept')
    .argument('[files...]', 'files, or folders of them; left out, the folder you are in')
    .option('--check', 'change nothing; exit with 1 and name the files that are not formatted')
    .action(async (files: readonly string[], options: Options) => context.exitWith(await fmt(files, options, context)));
}

/** Names on the standard output each file that was changed, or would be. */
async function fmt(paths: readonly string[], { check }: Options, { terminal }: CommandContext): Promise<number> {
  const files = await readDocumentFiles(paths.length === 0 ? ['.'] : paths);
  const outcomes = examine(files, new Set(paths));
  const problems = outcomes.flatMap((outcome) => outcome.problems);
  if (problems.length > 0) terminal.complain(renderProblems(problems, terminal.colours));
  const changed = outcomes.filter((outcome) => outcome.text !== undefined);
  for (const { path, text } of changed) {
    if (!check && text !== undefined) await replaceFile(path, text);
    terminal.print(printable(path));
  }
  return problems.length > 0 || (check && changed.length > 0) ? 1 : 0;
}

/** A folder may hold other files of YAML too; one that was named should be a config document. */
function examine(files: readonly DocumentFile[], named: ReadonlySet<string>): readonly Outcome[] {
  const format = createDocumentFormatter();
  return files.map(({ path, text }): Outcome => {
    const formatted = format({ path, text });
    switch (formatted.kind) {
      case 'formatted':
        return { path, problems: [], ...(formatted.text !== text && { text: formatted.text }) };
      case 'unreadable':
        return { path, problems: formatted.problems };
      case 'other':
        return { path, problems: named.has(path) ? [noDocument(path)] : [] };
      default:
        return formatted satisfies never;
    }
  });
}

const noDocument = (file: string): DocumentProblem => ({
  file,
  line: 1,
  column: 1,
  path: '',
  message: 'is no config document: each file of one says `tollgate: 1`',
});
