import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderReference } from './reference/render-reference.ts';
import { createGraphQLSchema, printGraphQLSchema } from './schema.ts';

/** Writes the schema that is checked in for clients, and the reference for people; tests compare both with the code. */
const schema = createGraphQLSchema();
write('../../../schema/graphql/schema.graphql', printGraphQLSchema(schema));
write('../../../docs/graphql.md', renderReference(schema));

function write(path: string, text: string): void {
  const file = fileURLToPath(new URL(path, import.meta.url));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
