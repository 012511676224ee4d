import { z } from 'zod';
import { exactlyOne } from './exactly-one.ts';
import { notes } from './fields.ts';
import { reference } from './reference.ts';

export const alias = z
  .strictObject({
    model: reference('model').optional().describe('The model that it stands for.'),
    alias: reference('alias').optional().describe('The alias that it stands for; aliases do not go in circles.'),
    ...notes,
  })
  .superRefine(exactlyOne('model', 'alias'))
  .describe('Another public name for a model.');
