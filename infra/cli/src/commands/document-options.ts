import type { Command } from 'commander';
import { fileOption } from './file-option.ts';

/** The options that `plan` and `apply` have in common. */
export const addDocumentOptions = (command: Command, { isFileNeeded = true } = {}): Command =>
  command
    .addOption(fileOption().makeOptionMandatory(isFileNeeded))
    .option('--take-over', 'change what another owns; it belongs to this document from then on')
    .option('--prune', 'delete what this document owns and no longer declares');
