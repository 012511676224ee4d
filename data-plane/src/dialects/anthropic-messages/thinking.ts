import { isRecord, type JsonRecord } from '../json/json-value.ts';
import type { ModelFacts } from './model-facts.ts';
import { type Refusals, refuseInvalid } from './refusals.ts';

/** The smallest budget that Anthropic takes. */
const BUDGET_MIN = 1_024;

/** Budgets by effort, in tokens: LiteLLM's, so that moving from it changes nothing; `xhigh` goes on in the same way. */
const BUDGETS: Readonly<Record<string, number>> = Object.freeze({
  minimal: 1_024,
  low: 1_024,
  medium: 2_048,
  high: 4_096,
  xhigh: 8_192,
});

/** Adaptive models have their own scale, which begins at `low`. */
const EFFORTS: Readonly<Record<string, string>> = Object.freeze({
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'xhigh',
  max: 'max',
});

/** The fields of the request that tell the model to think, and how. */
export type Thinking = {
  readonly thinking?: JsonRecord;
  readonly effort?: string;
  /** Tokens that thinking may take, for which a default limit must leave room. */
  readonly budgetTokens: number;
};

/**
 * Says OpenAI's `reasoning_effort` in Anthropic's words: a budget of tokens for models before 4.6, `output_config.effort` with
 * adaptive thinking from then on; `none` turns thinking off. A `thinking` object of the client's own is forwarded, and wins.
 */
export function toThinking(
  body: JsonRecord,
  facts: ModelFacts,
  limit: number | undefined,
  refusals: Refusals,
): Thinking {
  const own = body['thinking'];
  const effort = body['reasoning_effort'];
  if (isRecord(own)) return { budgetTokens: typeof own['budget_tokens'] === 'number' ? own['budget_tokens'] : 0 };
  if (effort === undefined || effort === null) return NO_THINKING;
  if (typeof effort !== 'string') return refused(refusals, 'expected a string.');
  if (facts.thinking === 'adaptive') return toEffort(effort, refusals);
  return effort === 'none' ? NO_THINKING : toBudget(effort, limit, refusals);
}

const NO_THINKING: Thinking = Object.freeze({ budgetTokens: 0 });

function toEffort(effort: string, refusals: Refusals): Thinking {
  if (effort === 'none') return { thinking: { type: 'disabled' }, budgetTokens: 0 };
  const level = Object.hasOwn(EFFORTS, effort) ? EFFORTS[effort] : undefined;
  if (level === undefined) return refused(refusals, `expected none or one of ${Object.keys(EFFORTS).join(', ')}.`);
  return { thinking: { type: 'adaptive' }, effort: level, budgetTokens: 0 };
}

/** The budget must leave room for an answer, so a small limit of the client's makes it smaller. */
function toBudget(effort: string, limit: number | undefined, refusals: Refusals): Thinking {
  const wanted = Object.hasOwn(BUDGETS, effort) ? BUDGETS[effort] : undefined;
  if (wanted === undefined) return refused(refusals, `expected none or one of ${Object.keys(BUDGETS).join(', ')}.`);
  const budgetTokens = Math.min(wanted, (limit ?? Number.POSITIVE_INFINITY) - 1);
  if (budgetTokens < BUDGET_MIN) return refused(refusals, `it needs max_completion_tokens above ${BUDGET_MIN}.`);
  return { thinking: { type: 'enabled', budget_tokens: budgetTokens }, budgetTokens };
}

function refused(refusals: Refusals, reason: string): Thinking {
  refuseInvalid(refusals, 'reasoning_effort', reason);
  return NO_THINKING;
}
