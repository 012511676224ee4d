import { documentJsonSchema } from '@tollgate/schema';
import type { Command } from 'commander';
import { type CommandContext, printJson } from '../command-context.ts';

export function addSchemaCommand(program: Command, { terminal }: CommandContext): void {
  program
    .command('schema')
    .description('print the JSON Schema of the document, for editors')
    .action(() => printJson(terminal, documentJsonSchema()));
}
