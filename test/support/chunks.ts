/** A chunk of an OpenAI stream as one event. */
export function chunkFrame(content: string, finishReason: string | null = null): Buffer {
  const choice = { index: 0, delta: { content }, finish_reason: finishReason };
  return Buffer.from(
    `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [choice] })}\n\n`,
  );
}

export const DONE = Buffer.from('data: [DONE]\n\n');

/** A whole answer in OpenAI's shape. */
export const completion = (
  content: string,
  usage: object = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [
    { index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' },
  ],
  usage,
});
