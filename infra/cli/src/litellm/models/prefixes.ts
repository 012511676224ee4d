/** What a LiteLLM prefix is here: a type of the catalogue, and how its `api_base` becomes a base URL. */
export type Prefix = {
  readonly type: string;
  /** What LiteLLM adds to `api_base` itself, or takes away; left out, both mean the same. */
  readonly base?: 'without-version' | 'native-ollama';
  /** The variable that LiteLLM reads where there is no `api_key`. */
  readonly keyVariable?: string;
  /** The address that LiteLLM uses where there is no `api_base`, if the catalogue has none. */
  readonly defaultBase?: string;
};

const OPENAI_COMPATIBLE = 'openai-compatible';

/**
 * The prefixes of https://docs.litellm.ai/docs/providers whose type is in the catalogue under another name, or whose address is
 * understood in another way. Any other prefix is the type of the same name, if the catalogue has one.
 */
export const prefixes: Readonly<Record<string, Prefix>> = Object.freeze({
  openai: { type: 'openai', keyVariable: 'OPENAI_API_KEY' },
  anthropic: { type: 'anthropic', base: 'without-version', keyVariable: 'ANTHROPIC_API_KEY' },
  ollama: { type: 'ollama', base: 'native-ollama' },
  ollama_chat: { type: 'ollama', base: 'native-ollama' },
  hosted_vllm: { type: 'vllm' },
  openai_like: { type: OPENAI_COMPATIBLE },
  custom_openai: { type: OPENAI_COMPATIBLE },
  litellm_proxy: { type: OPENAI_COMPATIBLE },
  lm_studio: { type: OPENAI_COMPATIBLE },
  llamafile: { type: OPENAI_COMPATIBLE, defaultBase: 'http://127.0.0.1:8080/v1' },
  xinference: { type: OPENAI_COMPATIBLE, defaultBase: 'http://127.0.0.1:9997/v1' },
});

/** Other prefixes that LiteLLM knows; the rest of them is taken for a model without a prefix. */
export const otherPrefixes: ReadonlySet<string> = new Set(
  `ai21 ai21_chat aiml aiohttp_openai aleph_alpha amazon_nova anyscale assemblyai auto_router aws_polly azure azure_ai
  azure_text baseten bedrock bedrock_converse bytez cerebras charity_engine chatgpt clarifai cloudflare codestral cohere
  cohere_chat cometapi compactifai custom dashscope databricks datarobot deepgram deepinfra deepseek docker_model_runner
  dotprompt elevenlabs empower fal_ai featherless_ai fireworks_ai friendliai galadriel gemini gigachat github
  github_copilot gmi gradient_ai groq helicone heroku huggingface hyperbolic infinity inception jina_ai lambda_ai langgraph
  lemonade maritalk meta_llama milvus minimax mistral moonshot morph nano-gpt nebius nlp_cloud novita nscale nvidia_nim oci
  oobabooga openrouter ovhcloud perplexity petals pg_vector poe predibase publicai recraft replicate runwayml sagemaker
  sagemaker_chat sambanova sap snowflake stability synthetic text-completion-codestral text-completion-openai together_ai
  topaz triton v0 vercel_ai_gateway vertex_ai vertex_ai_beta vllm volcengine voyage wandb watsonx watsonx_text xai xiaomi_mimo
  zai`.split(/\s+/),
);

/** Services that speak OpenAI's API at an address that everybody shares, for advice. */
export const compatibleAddresses: Readonly<Record<string, string>> = Object.freeze({
  groq: 'https://api.groq.com/openai/v1',
  deepseek: 'https://api.deepseek.com/v1',
  openrouter: 'https://openrouter.ai/api/v1',
  mistral: 'https://api.mistral.ai/v1',
  together_ai: 'https://api.together.xyz/v1',
  fireworks_ai: 'https://api.fireworks.ai/inference/v1',
  xai: 'https://api.x.ai/v1',
  cerebras: 'https://api.cerebras.ai/v1',
});
