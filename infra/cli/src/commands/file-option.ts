import { Option } from 'commander';

/** `-f` can be given several times; all that is given is one document. */
export const fileOption = (): Option =>
  new Option('-f, --file <path>', 'a document file, or a folder of them; can be given several times')
    .argParser<readonly string[]>((path, before) => [...(before ?? []), path])
    .makeOptionMandatory();
