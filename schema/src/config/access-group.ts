import { z } from 'zod';
import { modelPatterns, notes } from './fields.ts';

export const accessGroup = z
  .strictObject({
    models: modelPatterns.describe('Models, aliases and wildcards that whoever has the group may ask for.'),
    ...notes,
  })
  .describe('Models under one name, to be given to tenants and keys together.');
