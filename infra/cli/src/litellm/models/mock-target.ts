import { differs } from '../report/verdict.ts';
import type { Fields } from '../source/config-node.ts';
import { textOf } from '../source/scalars.ts';
import type { Providers } from './providers.ts';
import type { Target } from './target.ts';

/** LiteLLM raises an error of this name instead of an answer. */
const ERROR_NAME = /^litellm\.\w+(Error)?$|^Exception/;

/** `mock_response` answers without the provider; here that is the built-in provider. */
export function mockTarget(fields: Fields, providers: Providers): Target {
  const text = textOf(fields.get('mock_response')?.value);
  if (text === undefined || ERROR_NAME.test(text))
    return {
      ok: false,
      why: 'mock_response is an error or no text; a mock here says how it fails with `mock.failures`',
    };
  const provider = providers.find({
    type: 'mock',
    baseUrl: undefined,
    credential: { kind: 'none' },
    preferredName: undefined,
  });
  if (!provider.ok) return provider;
  const unused = differs('is not used: mock_response answers in its place');
  return {
    ok: true,
    service: 'mock',
    provider: provider.name,
    model: 'mock',
    mock: { text },
    verdicts: {
      mock_response: differs('answers of the built-in mock, which repeats this text up to the length of an answer'),
      model: unused,
      api_key: unused,
      api_base: unused,
      base_url: unused,
      custom_llm_provider: unused,
      litellm_credential_name: unused,
    },
  };
}
