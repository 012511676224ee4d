import OpenAI, { type APIError } from 'openai';

/** The SDK's error for a call that must fail. */
export async function failureOf(call: PromiseLike<unknown>): Promise<APIError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof OpenAI.APIError) return error;
    throw error;
  }
  throw new Error('the call did not fail');
}
