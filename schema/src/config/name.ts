import { z } from 'zod';

/** Names of models may hold slashes and a final `*`; no control character, quote or blank, so that a name is safe in a header. */
export const modelName = z
  .string()
  .max(200)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:/@+-]*\*?$|^\*$/,
    'a model name has letters, digits and . _ : / @ + - and may end in *',
  );

export const entityName = z
  .string()
  .max(128)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'a name starts with a letter or digit and has letters, digits, dots, dashes and underscores',
  );
