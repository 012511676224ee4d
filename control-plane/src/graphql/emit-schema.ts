import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGraphQLSchema, printGraphQLSchema } from './schema.ts';

/** Writes the schema that is checked in for clients; a test compares it with the code. */
const file = fileURLToPath(new URL('../../../schema/graphql/schema.graphql', import.meta.url));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, printGraphQLSchema(createGraphQLSchema()));
