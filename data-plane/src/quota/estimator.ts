import type { ProviderRow, TokenUsage } from '@tollgate/schema';
import type { ChatRequest } from '../chat/chat-request.ts';

/** Tokens that a request is expected to take. */
export type Estimate = { readonly input: number; readonly output: number };

/** Learns from what requests took what the next one will take. */
export type Estimator = {
  /**
   * @param model see `modelId`
   * @param counted the tokens of the request, if they were counted
   */
  estimate(model: string, chat: ChatRequest, counted?: number): Estimate;
  /** How many tokens so many bytes of a request are expected to be. */
  inputOf(model: string, bytes: number): number;
  /** Whether anything was learned of a model. */
  hasSeen(model: string): boolean;
  learn(model: string, chat: ChatRequest, usage: TokenUsage): void;
};

/** What tokens are counted by. */
export const modelId = ({ id }: ProviderRow, upstreamModel: string): string => `${id}\n${upstreamModel}`;

/** Until a model was seen: four bytes of a request are a token, and its answers have as many tokens as a long page. */
const TOKENS_PER_BYTE = 1 / 4;
const OUTPUT_TOKENS = 1_024;
/** How much the newest request weighs. */
const WEIGHT = 0.1;
/** Answers are expected to be that many deviations longer than the mean, so that few turn out longer. */
const DEVIATIONS = 2;
/** What is rounded down before it is rounded up, or 3 / 4 * 4 were 4, and what varies no more were one more than it is. */
const ALMOST = 0.01;
/** No answer is longer, and what this many cost is an exact number at any price. */
const TOKENS_MAX = 1_000_000_000;
const MODELS_MAX = 10_000;

type Seen = { tokensPerByte: number; output: number; deviation: number };

export function createEstimator(): Estimator {
  const models = new Map<string, Seen>();
  const inputOf = (seen: Seen | undefined, bytes: number): number =>
    Math.ceil(bytes * (seen?.tokensPerByte ?? TOKENS_PER_BYTE) - ALMOST);

  return {
    inputOf: (model, bytes) => inputOf(models.get(model), bytes),
    estimate(model, { bytes, body }, counted) {
      const seen = models.get(model);
      const each = seen === undefined ? OUTPUT_TOKENS : Math.ceil(seen.output + DEVIATIONS * seen.deviation - ALMOST);
      const limit = outputLimit(body);
      const choices = typeof body['n'] === 'number' ? body['n'] : 1;
      return {
        input: counted ?? inputOf(seen, bytes.length),
        output: Math.min(choices * Math.min(each, limit ?? Number.POSITIVE_INFINITY), TOKENS_MAX),
      };
    },
    hasSeen: (model) => models.has(model),
    learn(model, { bytes, body }, { input, output }) {
      if (bytes.length === 0) return;
      const tokensPerByte = input / bytes.length;
      const each = output / (typeof body['n'] === 'number' ? body['n'] : 1);
      const seen = models.get(model);
      if (seen === undefined) {
        if (models.size >= MODELS_MAX) models.clear();
        models.set(model, { tokensPerByte, output: each, deviation: each / 2 });
        return;
      }
      seen.tokensPerByte += WEIGHT * (tokensPerByte - seen.tokensPerByte);
      seen.deviation += WEIGHT * (Math.abs(each - seen.output) - seen.deviation);
      seen.output += WEIGHT * (each - seen.output);
    },
  };
}

/** The client's own bound of each answer; the newer field counts. */
function outputLimit(body: ChatRequest['body']): number | undefined {
  const limit = body['max_completion_tokens'] ?? body['max_tokens'];
  return typeof limit === 'number' ? limit : undefined;
}
