import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import pico from 'picocolors';
import { codeOf } from '../api/graphql-client.ts';
import type { CommandContext } from '../command-context.ts';
import { createLitellmImporter } from '../litellm/import-litellm.ts';
import { loadConfig } from '../litellm/load-config.ts';
import { renderReport, summarizeReport } from '../litellm/report/render-report.ts';
import type { ReportLine } from '../litellm/report/report.ts';
import { renderProblems } from '../rendering/problems.ts';
import { userError } from '../user-error.ts';

type Options = { readonly out?: string; readonly report?: string };

const STANDARD_OUTPUT = '-';

export function addImportCommand(program: Command, context: CommandContext): void {
  program
    .command('import')
    .description('make a config document of the configuration of another gateway')
    .command('litellm')
    .description('convert the config.yaml of a LiteLLM proxy, offline, and tell what became of each of its keys')
    .argument('<config>', 'its config.yaml; files that it includes are read too')
    .option('--out <file>', 'write the document to this file instead of the standard output')
    .option('--report <file>', 'write what became of each key to this file, as JSON if it ends in .json; - prints it')
    .action(async (config: string, options: Options) => context.exitWith(await run(config, options, context)));
}

/**
 * 1. reads, 2. writes the document, 3. writes the report. A crash between 2 and 3 leaves a document without its report; the
 * import can be run again. Without `--report`, what does not simply map is told on the error output.
 */
async function run(config: string, { out, report }: Options, context: CommandContext): Promise<number> {
  const { terminal, environment } = context;
  if (report === STANDARD_OUTPUT && out === undefined)
    throw userError('the document and the report cannot both go to the standard output: give --out FILE');
  const loaded = await loadConfig(config);
  if (!loaded.ok) {
    terminal.complain(renderProblems([loaded.problem], terminal.colours));
    return 1;
  }
  refuseInputs([out, report], loaded.paths);
  const { document, lines } = createLitellmImporter()(loaded.roots, environment);
  if (out === undefined) terminal.print(document.trimEnd());
  else await write(out, document);
  if (report !== undefined) await tellAll(report, lines, context);
  const open = lines.filter(({ verdict }) => verdict !== 'maps');
  if (report === undefined && open.length > 0) terminal.complain(renderReport(open, terminal.colours));
  terminal.complain(summarizeReport(lines));
  return 0;
}

async function tellAll(report: string, lines: readonly ReportLine[], { terminal }: CommandContext): Promise<void> {
  if (report === STANDARD_OUTPUT) return terminal.print(renderReport(lines, terminal.colours));
  const isJson = report.endsWith('.json');
  await write(report, `${isJson ? JSON.stringify(lines, null, 2) : renderReport(lines, pico.createColors(false))}\n`);
}

/** A slip of the hand must not cost anybody the configuration that is imported. */
function refuseInputs(outputs: readonly (string | undefined)[], inputs: readonly string[]): void {
  const taken = new Set(inputs.map((path) => resolve(path)));
  for (const output of outputs)
    if (output !== undefined && taken.has(resolve(output)))
      throw userError(`${output} is what is imported; write to another file`);
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw userError(`cannot write ${path} (${codeOf(error)})`);
  }
}
