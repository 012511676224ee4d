import type { Prefix } from './prefixes.ts';

export type BaseUrl = { readonly url: string; readonly note?: string };

const OPENAI_ITSELF = /^https:\/\/api\.openai\.com\/v1\/?$/;

/** Whether an address of OpenAI's prefix is OpenAI itself, or another server that speaks its API. */
export const isOpenAiItself = (address: string): boolean => OPENAI_ITSELF.test(address);

/** Where the paths of the catalogue start, of where LiteLLM starts its own. */
export function toBaseUrl(address: string, { base }: Prefix): BaseUrl {
  const trimmed = address
    .trim()
    .replace(/\/+$/, '')
    .replace(/\/chat\/completions$/, '');
  switch (base) {
    case 'without-version':
      // LiteLLM adds `/v1/messages` to whatever does not end so.
      return { url: trimmed.endsWith('/v1/messages') ? trimmed.slice(0, -'/messages'.length) : `${trimmed}/v1` };
    case 'native-ollama':
      return { url: `${trimmed.replace(/\/v1$/, '')}/v1`, note: 'Ollama’s OpenAI-compatible API instead of its own' };
    case undefined:
      return { url: trimmed };
    default:
      return base satisfies never;
  }
}
