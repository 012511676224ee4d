export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

const FINISH_REASONS: ReadonlyMap<unknown, FinishReason> = new Map<unknown, FinishReason>([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['pause_turn', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'content_filter'],
]);

/** Anthropic's reason in OpenAI's words; one that is new or missing tells by whether a tool is called. */
export function toFinishReason(stopReason: unknown, hasToolCalls: boolean): FinishReason {
  return FINISH_REASONS.get(stopReason) ?? (hasToolCalls ? 'tool_calls' : 'stop');
}
