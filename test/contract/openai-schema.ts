import { existsSync, readFileSync } from 'node:fs';
import Ajv, { type ValidateFunction } from 'ajv/dist/2020.js';

/** OpenAI's own description of its API, kept beside the project. */
const SPEC = new URL('../../../shared/specs/openai-openapi.json', import.meta.url);

export const hasSpec: boolean = existsSync(SPEC);
if (!hasSpec) console.log("OpenAI's OpenAPI document is not here: the contract tests against it are skipped.");

export type SchemaName =
  | 'CreateChatCompletionResponse'
  | 'CreateChatCompletionStreamResponse'
  | 'ListModelsResponse'
  | 'Model'
  | 'ErrorResponse';

/** Reads the document once; each check is compiled when it is first asked for. */
export function openSchemas(): (name: SchemaName) => ValidateFunction {
  const ajv = new Ajv.default({ strict: false, validateFormats: false });
  ajv.addSchema(readNullable(JSON.parse(readFileSync(SPEC, 'utf8'))) as object, 'openai');
  return (name) => {
    const check = ajv.getSchema(`openai#/components/schemas/${name}`);
    if (check === undefined) throw new Error(`the document has no schema ${name}`);
    return check;
  };
}

/** The document says `nullable` as OpenAPI 3.0 did; JSON Schema says it as an alternative. */
function readNullable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readNullable);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, readNullable(item)]),
  );
  return nullable === true ? { anyOf: [rest, { type: 'null' }] } : rest;
}
