import { z } from 'zod';
import { type EntityKind, entityKinds } from '../config/entity-kind.ts';
import { secretFields } from '../config/kind-fields.ts';
import { byKind, type Declarations, kinds, nameSchemas } from '../config/kinds.ts';
import { documentOwner } from './document-owner.ts';
import { hashedSecretSource, type InDocument, sealedSecretSource } from './secret-source.ts';

export const DOCUMENT_VERSION = 1;

/** The sections of a document and the kind of entity that each declares. */
export const documentSections: Readonly<Record<string, EntityKind>> = Object.freeze(
  Object.fromEntries(entityKinds.map((kind) => [kinds[kind].section, kind])),
);

/** What a document says of each kind of entity. */
export type DocumentDeclarations = { readonly [Kind in EntityKind]: InDocument<Declarations[Kind]> };

type DocumentSchemas = { readonly [Kind in EntityKind]: z.ZodType<DocumentDeclarations[Kind]> };
// Each schema is made from that of its kind just as its type is; the compiler cannot follow the fields by name.
export const documentSchemas = byKind(toDocumentSchema) as unknown as DocumentSchemas;

/** The schema of a declaration, with the place of each secret instead of the secret. */
function toDocumentSchema(kind: EntityKind): z.ZodObject {
  const declaration: z.ZodObject = kinds[kind].declaration;
  const sources = secretFields(kind).map(({ field, as }) => {
    const declared = declaration.shape[field];
    const source = as === 'sealed' ? sealedSecretSource : hashedSecretSource;
    const schema = declared instanceof z.ZodOptional ? source.optional() : source;
    return [field, schema.describe(z.globalRegistry.get(declared ?? source)?.description ?? '')] as const;
  });
  return sources.length === 0 ? declaration : declaration.safeExtend(Object.fromEntries(sources));
}

const wholeDocument = z.strictObject({
  tollgate: z.literal(DOCUMENT_VERSION).describe('The version of the document format.'),
  owner: documentOwner.optional().describe('The name under which this document owns what it declares.'),
  ...Object.fromEntries(entityKinds.map((kind) => [kinds[kind].section, toSection(kind)])),
});

function toSection(kind: EntityKind) {
  const entities = z.record(nameSchemas[kind], documentSchemas[kind]).nullable().optional();
  return entities.describe(`By name: ${kinds[kind].declaration.description}`);
}

/** JSON Schema (draft 2020-12) of a document, for editors. What only code can check, such as unique deployment names, is not in it. */
export function documentJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'Tollgate config document', ...z.toJSONSchema(wholeDocument, { io: 'input' }) };
}
