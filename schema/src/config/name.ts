import { z } from 'zod';
import type { EntityKind } from './entity-kind.ts';

export const entityName = z
  .string()
  .max(128)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'a name starts with a letter or digit and has letters, digits, dots, dashes and underscores',
  );

/** Names of models may hold slashes and a final `*`; no control character, quote or blank, so that a name is safe in a header. */
export const modelName = z
  .string()
  .max(200)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:/@+-]*\*?$|^\*$/,
    'a model name has letters, digits and . _ : / @ + - and may end in *',
  );

const aliasName = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$/, 'an alias has letters, digits and . _ : / @ + -');

/** A pass-through endpoint's name is the path that it answers, so that no two can answer the same. */
const pathName = z
  .string()
  .max(200)
  .regex(/^(?:\/[A-Za-z0-9._~-]+)+$/, 'a path such as /bria or /vertex/raw')
  .refine((path) => !OWN_PATHS.test(path), 'not /v1, /healthz, /readyz or /metrics, which are the gateway’s own');
const OWN_PATHS = /^\/(?:v1|healthz|readyz|metrics)(?:\/|$)/;

/** How an entity of a kind may be named. */
export function nameSchemaOf(kind: EntityKind) {
  switch (kind) {
    case 'model':
      return modelName;
    case 'alias':
      return aliasName;
    case 'pass-through-endpoint':
      return pathName;
    default:
      return entityName;
  }
}
