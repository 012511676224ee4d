import { differs, holds, notSupported } from '../report/verdict.ts';
import { each, type VerdictTable } from '../report/verdict-table.ts';

const FIELDS = notSupported('Tollgate adds no fields to requests: let apps send it');
const RETRIES = notSupported(
  'is not converted: what follows a failure is said of models, in `routing` and `fallbacks`, not of a deployment',
);
const HEADERS = notSupported('headers are those of the catalogue; no others are sent to a provider');
const OTHER_PROVIDERS = notSupported('no provider type of the catalogue proves itself in this way');
const PROBES = notSupported(
  'is not converted: a provider has a `healthCheck`, which asks for a path and calls no model',
);
const TAGS = notSupported('is not converted yet: any deployment may serve, unless `tags` of deployments say otherwise');
const ROUTERS = notSupported('routers that look into requests come with a later version');

/** Parameters of `litellm_params` that need no look at the others (https://docs.litellm.ai/docs/completion/input, `types/router.py`). */
export const knownParameters: VerdictTable = Object.freeze({
  ...each(
    `temperature top_p top_k max_tokens max_completion_tokens n stop seed presence_penalty frequency_penalty logit_bias
    logprobs top_logprobs user response_format tools tool_choice parallel_tool_calls functions function_call stream
    stream_options reasoning_effort thinking verbosity modalities audio prediction service_tier store metadata extra_body
    dimensions encoding_format input_type num_ctx num_predict keep_alive repeat_penalty repetition_penalty min_p min_tokens
    mirostat mirostat_eta mirostat_tau safety_settings web_search_options system_prompt prompt_id prompt_variables
    prompt_label roles initial_prompt_value final_prompt_value bos_token eos_token guided_json cache_control_injection_points
    context_management`,
    FIELDS,
  ),
  ...each(
    'num_retries max_retries retry_after cooldown_time allowed_fails fallbacks context_window_fallback_dict',
    RETRIES,
  ),
  ...each('extra_headers headers default_headers organization project forward_client_headers_to_llm_api', HEADERS),
  ...each(
    `aws_access_key_id aws_secret_access_key aws_session_token aws_region_name aws_session_name aws_profile_name
    aws_role_name aws_web_identity_token aws_sts_endpoint aws_external_id aws_bedrock_runtime_endpoint vertex_project
    vertex_location vertex_credentials gcs_bucket_name azure_ad_token azure_ad_token_provider tenant_id client_id
    client_secret azure_scope azure_username azure_password watsonx_region_name project_id region_name s3_bucket_name`,
    OTHER_PROVIDERS,
  ),
  ...each('tags tag_regex', TAGS),
  ...each(
    `auto_router_config auto_router_config_path auto_router_default_model auto_router_embedding_model
    complexity_router_config complexity_router_default_model adaptive_router_config adaptive_router_default_model
    quality_router_config quality_router_default_model`,
    ROUTERS,
  ),
  ...each(
    'drop_params additional_drop_params allowed_openai_params modify_params',
    differs('Tollgate drops no field of a request: what it does not know goes on to the provider'),
  ),
  stream_timeout: notSupported('is not converted: declare `routing.timeouts.firstToken` of the model'),
  api_version: notSupported('no provider type of the catalogue takes a version of its API'),
  itpm: notSupported('limits are of requests, tokens and concurrent requests'),
  otpm: notSupported('limits are of requests, tokens and concurrent requests'),
  default_api_key_rpm_limit: notSupported('declare rateLimits of keys'),
  default_api_key_tpm_limit: notSupported('declare rateLimits of keys'),
  configurable_clientside_auth_params: notSupported('clients cannot bring credentials or addresses of their own'),
  use_in_pass_through: notSupported('declare passThroughEndpoints'),
  use_litellm_proxy: differs('a provider of type openai-compatible can be another gateway'),
  use_chat_completions_api: holds('chat completions are what is called'),
  merge_reasoning_content_in_choices: differs('answers go back as the provider gives them'),
  max_file_size_mb: notSupported('files are not served'),
  litellm_trace_id: notSupported('each request has an id of its own'),
  health_check_model: PROBES,
});

const FACTS = notSupported('facts of models are not kept; prices and routing are what counts');

/** Keys of `model_info` that need no look at the others. */
export const knownFacts: VerdictTable = Object.freeze({
  ...each(
    'base_model',
    differs('prices follow the provider’s own name of the model; declare priceOverrides for another'),
  ),
  ...each(
    `max_tokens max_input_tokens max_output_tokens litellm_provider tier description version created_at created_by updated_at
    updated_by db_model display_name supported_openai_params supported_regions deprecation_date
    output_vector_size tpm rpm metadata source key`,
    FACTS,
  ),
  ...each(
    'team_id team_public_model_name',
    notSupported('a model belongs to no team: name it in `models` of the team that may ask for it'),
  ),
  ...each(
    `health_check_model health_check_timeout health_check_max_tokens health_check_voice disable_background_health_check`,
    PROBES,
  ),
  supported_environments: notSupported('declare each environment in a document of its own'),
  custom_tokenizer: notSupported('tokens are counted by the provider'),
  blocked: notSupported('a deployment with weight 0 gets no requests'),
});

/** Whether a key of `model_info` says what a model can do. */
export const isCapability = (name: string): boolean => name.startsWith('supports_');
export const CAPABILITY = FACTS;
