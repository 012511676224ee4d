import { isRecord, type JsonRecord } from '../json/json-value.ts';
import { type Refusals, refuseInvalid, refuseUnsupported } from './refusals.ts';

const NO_PARAMETERS: JsonRecord = Object.freeze({ type: 'object', properties: {} });
const OWN_CHOICES: ReadonlySet<unknown> = new Set(['auto', 'any', 'tool', 'none']);

/** The fields `tools` and `tool_choice` of the translated request. */
export function toToolFields(body: JsonRecord, refusals: Refusals): JsonRecord {
  if (!Array.isArray(body['tools']) || body['tools'].length === 0) return toChoiceField(body, false, refusals);
  const tools = body['tools'].flatMap((tool: unknown, index) => toTool(tool, `tools[${index}]`, refusals) ?? []);
  return { tools, ...toChoiceField(body, true, refusals) };
}

/** Functions are translated; tools of Anthropic's own (`web_search_…`, with a `name`) are forwarded as they are. */
function toTool(tool: unknown, path: string, refusals: Refusals): JsonRecord | undefined {
  if (!isRecord(tool)) return refuseInvalid(refusals, path, 'expected an object.');
  if (tool['type'] !== 'function') {
    const isOwn = typeof tool['name'] === 'string' || typeof tool['mcp_server_name'] === 'string';
    return isOwn ? tool : refuseUnsupported(refusals, `${path}.type`, 'only tools of type function can be used.');
  }
  const { function: definition, type: _type, ...onTool } = tool;
  if (!isRecord(definition)) return refuseInvalid(refusals, `${path}.function`, 'expected an object.');
  const { name, description, parameters, strict, ...more } = definition;
  if (typeof name !== 'string') return refuseInvalid(refusals, `${path}.function.name`, 'expected a string.');
  return {
    ...onTool,
    ...more,
    name,
    ...(typeof description === 'string' ? { description } : {}),
    input_schema: isRecord(parameters) ? withType(parameters) : NO_PARAMETERS,
    ...(strict === true ? { strict } : {}),
  };
}

/** Anthropic wants the schema to say that it is an object; OpenAI takes `{}`. */
function withType(parameters: JsonRecord): JsonRecord {
  return parameters['type'] === undefined ? { ...parameters, type: 'object' } : parameters;
}

function toChoiceField(body: JsonRecord, hasTools: boolean, refusals: Refusals): JsonRecord {
  const choice = toChoice(body['tool_choice'] ?? undefined, refusals);
  const isSerial = body['parallel_tool_calls'] === false && hasTools;
  if (!isSerial || choice?.['type'] === 'none') return choice === undefined ? {} : { tool_choice: choice };
  return { tool_choice: { ...(choice ?? { type: 'auto' }), disable_parallel_tool_use: true } };
}

function toChoice(choice: unknown, refusals: Refusals): JsonRecord | undefined {
  if (choice === undefined) return undefined;
  if (choice === 'auto' || choice === 'none') return { type: choice };
  if (choice === 'required') return { type: 'any' };
  if (!isRecord(choice)) return refuseInvalid(refusals, 'tool_choice', 'expected none, auto, required or an object.');
  if (OWN_CHOICES.has(choice['type'])) return choice;
  const named = isRecord(choice['function']) ? choice['function']['name'] : undefined;
  if (choice['type'] !== 'function' || typeof named !== 'string') {
    return refuseUnsupported(refusals, 'tool_choice', 'only a function can be chosen by name.');
  }
  return { type: 'tool', name: named };
}
