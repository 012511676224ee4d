import { isRecord, type JsonRecord, stringOr } from '../json/json-value.ts';
import type { ModelFacts } from './model-facts.ts';
import { type Refusals, refuseInvalid, refuseUnsupported } from './refusals.ts';
import { toThinking } from './thinking.ts';

/** OpenAI's words for where a request is served, and Anthropic's. */
const SERVICE_TIERS: Readonly<Record<string, string>> = Object.freeze({
  auto: 'auto',
  default: 'standard_only',
  standard_only: 'standard_only',
});

/** What a default limit leaves for the answer beside a large budget for thinking. */
const ANSWER_TOKENS_MIN = 4_096;

/** Everything about how to answer, translated: limits, sampling, stops, format, thinking, who asks. */
export function toParameters(body: JsonRecord, facts: ModelFacts, refusals: Refusals): JsonRecord {
  const limit = numberOf(body['max_completion_tokens']) ?? numberOf(body['max_tokens']);
  const { thinking, effort, budgetTokens } = toThinking(body, facts, limit, refusals);
  const ownConfig = recordOf(body['output_config']);
  const config = { ...(effort === undefined ? {} : { effort }), ...ownConfig, ...toFormat(body, refusals) };
  return {
    max_tokens: limit ?? Math.max(facts.outputTokensMax, budgetTokens + ANSWER_TOKENS_MIN),
    ...toTemperature(body['temperature'], refusals),
    ...toStops(body['stop']),
    ...toMetadata(body),
    ...toServiceTier(body['service_tier'], refusals),
    ...(thinking === undefined ? {} : { thinking }),
    ...(Object.keys(config).length > 0 ? { output_config: config } : {}),
  };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function recordOf(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

/** OpenAI's scale goes to 2, Anthropic's to 1; a value between is refused rather than bent. */
function toTemperature(value: unknown, refusals: Refusals): JsonRecord {
  if (typeof value !== 'number') return {};
  if (value < 0 || value > 1) refuseUnsupported(refusals, 'temperature', 'it takes 0 to 1.');
  return { temperature: value };
}

function toStops(stop: unknown): JsonRecord {
  const stops = (Array.isArray(stop) ? stop : [stop]).filter((text) => typeof text === 'string' && text !== '');
  return stops.length > 0 ? { stop_sequences: stops } : {};
}

/** OpenAI's `metadata` labels stored answers and is left out, but for Anthropic's own `user_id`. */
function toMetadata(body: JsonRecord): JsonRecord {
  const own = recordOf(body['metadata'])['user_id'];
  const user =
    stringOr(own, undefined) ?? stringOr(body['user'], undefined) ?? stringOr(body['safety_identifier'], undefined);
  return user === undefined ? {} : { metadata: { user_id: user } };
}

function toServiceTier(tier: unknown, refusals: Refusals): JsonRecord {
  if (tier === undefined || tier === null) return {};
  const word = typeof tier === 'string' && Object.hasOwn(SERVICE_TIERS, tier) ? SERVICE_TIERS[tier] : undefined;
  if (word === undefined) refuseUnsupported(refusals, 'service_tier', 'it knows auto and default.');
  return { service_tier: word };
}

/** JSON by a schema is Anthropic's `output_config.format`; it has no mode for JSON without one. */
function toFormat(body: JsonRecord, refusals: Refusals): JsonRecord {
  const format = body['response_format'];
  if (!isRecord(format) || format['type'] === 'text') return {};
  if (format['type'] !== 'json_schema') {
    refuseUnsupported(refusals, 'response_format', 'it gives JSON by a schema only, use the type json_schema.');
    return {};
  }
  const schema = recordOf(format['json_schema'])['schema'];
  if (!isRecord(schema)) {
    refuseInvalid(refusals, 'response_format.json_schema.schema', 'expected an object.');
    return {};
  }
  return { format: { type: 'json_schema', schema } };
}
