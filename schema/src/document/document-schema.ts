import { z } from 'zod';
import { providerTypes } from '../catalogue/catalogue.ts';
import type { EntityKind } from '../config/kinds.ts';
import { modelSpec } from '../config/model.ts';
import { entityName, modelName } from '../config/name.ts';
import { providerDeclaration } from '../config/provider.ts';
import { teamSpec } from '../config/team.ts';
import { virtualKeyDeclaration } from '../config/virtual-key.ts';
import { keySecretSource, providerSecretSource } from './secret-source.ts';

export const DOCUMENT_VERSION = 1;

/** The sections of a document and the kind of entity that each declares. */
export const documentSections: Readonly<Record<string, EntityKind>> = Object.freeze({
  providers: 'provider',
  models: 'model',
  teams: 'team',
  keys: 'virtual-key',
});

const providerDocument = providerDeclaration.extend({
  type: providerDeclaration.shape.type.meta({ enum: [...providerTypes] }),
  apiKey: providerSecretSource.optional(),
});
const keyDocument = virtualKeyDeclaration.extend({ secret: keySecretSource.optional() });

/** What a document says of an entity: its declaration, with the place of a secret instead of the secret. */
export const documentSchemas = Object.freeze({
  provider: providerDocument,
  model: modelSpec,
  team: teamSpec,
  'virtual-key': keyDocument,
});
export type DocumentDeclarations = {
  readonly [K in EntityKind]: z.infer<(typeof documentSchemas)[K]>;
};

const wholeDocument = z.strictObject({
  tollgate: z.literal(DOCUMENT_VERSION).describe('The version of the document format.'),
  providers: section(entityName, providerDocument, 'Credentials and endpoints of catalogue providers.'),
  models: section(modelName, modelSpec, 'The public names that apps ask for, and the deployments behind each.'),
  teams: section(entityName, teamSpec, 'Teams and the models that they may use.'),
  keys: section(entityName, keyDocument, 'Virtual keys. Without `secret`, one is made at apply and shown once.'),
});

function section<Value extends z.ZodType>(name: z.ZodString, value: Value, description: string) {
  return z.record(name, value).nullable().optional().describe(description);
}

/** JSON Schema (draft 2020-12) of a document, for editors. What only code can check, such as unique deployment names, is not in it. */
export function documentJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'Tollgate config document', ...z.toJSONSchema(wholeDocument, { io: 'input' }) };
}
