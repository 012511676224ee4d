/** How a model is told to think: with a budget of tokens, or by itself with an effort. */
export type ThinkingStyle = 'budget' | 'adaptive';

export type ModelFacts = {
  /** The longest answer the model can give, tokens; Anthropic requires a limit in every request. */
  readonly outputTokensMax: number;
  readonly thinking: ThinkingStyle;
};

type Generation = {
  readonly family: string | undefined;
  /** The lowest version, as `major × 100 + minor`, for which the facts hold. */
  readonly from: number;
  readonly facts: ModelFacts;
};

/**
 * The first row that fits holds. Sources: Anthropic's model overview (longest answers) and its pages on extended and adaptive
 * thinking: budgets are for models before 4.6, and an error from 4.7 on; 4.6 takes both.
 */
const GENERATIONS: readonly Generation[] = Object.freeze([
  { family: undefined, from: 406, facts: { outputTokensMax: 64_000, thinking: 'adaptive' } },
  { family: undefined, from: 405, facts: { outputTokensMax: 64_000, thinking: 'budget' } },
  { family: 'opus', from: 400, facts: { outputTokensMax: 32_000, thinking: 'budget' } },
  { family: undefined, from: 307, facts: { outputTokensMax: 64_000, thinking: 'budget' } },
  { family: undefined, from: 305, facts: { outputTokensMax: 8_192, thinking: 'budget' } },
]);

/** For older and unknown models, the limit that every model takes. */
const UNKNOWN: ModelFacts = Object.freeze({ outputTokensMax: 4_096, thinking: 'budget' });

const NAME = /claude-(?:([a-z]+)-)?(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/;

/** What is known of a model by its name, in any spelling (`claude-3-5-haiku-latest`, `claude-opus-4-1@20250805`). */
export function findModelFacts(upstreamModel: string): ModelFacts {
  const [, family, major, minor] = NAME.exec(upstreamModel) ?? [];
  if (major === undefined) return UNKNOWN;
  const version = Number(major) * 100 + Number(minor ?? 0);
  const fits = (row: Generation) => version >= row.from && (row.family === undefined || row.family === family);
  return GENERATIONS.find(fits)?.facts ?? UNKNOWN;
}
