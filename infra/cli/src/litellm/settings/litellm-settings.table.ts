import { reasons } from '../report/reasons.ts';
import { differs, holds, notSupported } from '../report/verdict.ts';
import { each, type VerdictTable } from '../report/verdict-table.ts';

/** Settings of `litellm_settings` (https://docs.litellm.ai/docs/proxy/config_settings) whose values do not matter here. */
export const litellmSettings: VerdictTable = Object.freeze({
  ...each('num_retries_per_request retries max_fallbacks disable_fallbacks', reasons.retries),
  ...each(
    `cache cache_params default_in_memory_ttl default_redis_ttl default_redis_batch_cache_expiry
    enable_caching_on_provider_specific_optional_params disable_redis_cache caching caching_with_models`,
    reasons.cache,
  ),
  ...each(
    `success_callback failure_callback callbacks service_callbacks input_callback audit_log_callbacks langfuse_default_tags
    langfuse_trace_tags s3_callback_params s3_audit_callback_params gcs_pub_sub_use_v1 datadog_params
    datadog_llm_observability_params generic_api_params langsmith_batch_size callback_settings
    enable_prometheus_metrics_for_all_keys`,
    reasons.callbacks,
  ),
  ...each(
    `prometheus_metrics_config prometheus_initialize_budget_metrics custom_prometheus_metadata_labels custom_prometheus_tags
    disable_end_user_cost_tracking_prometheus_only enable_end_user_cost_tracking_prometheus_only`,
    differs('each process has its own metrics at /metrics, with fixed labels'),
  ),
  ...each(
    'turn_off_message_logging redact_messages_in_exceptions redact_user_api_key_info global_disable_no_log_param',
    reasons.messages,
  ),
  ...each('set_verbose debug_level log_raw_request_response suppress_debug_info', reasons.logs),
  json_logs: holds('logs are JSON'),
  store_audit_logs: holds('each change is an event that says who made it, from where and why'),
  telemetry: holds('nothing is sent to the makers of Tollgate'),
  ...each(
    'drop_params modify_params additional_drop_params add_function_to_prompt',
    differs('Tollgate drops and adds no field of a request: what it does not know goes on to the provider'),
  ),
  ...each(
    `max_internal_user_budget default_max_internal_user_budget internal_user_budget_duration max_user_budget
    default_internal_user_params max_end_user_budget max_end_user_budget_id default_team_params default_team_settings
    default_key_generate_params upperbound_key_generate_params key_generation_settings default_user_params
    default_max_budget default_budget_duration max_ui_session_budget`,
    reasons.defaults,
  ),
  ...each(
    `guardrails banned_keywords_list blocked_user_list llm_guard_mode prompt_injection_params output_parse_pii
    presidio_ad_hoc_recognizers google_moderation_confidence_threshold openai_moderations_model_name
    lakera_prompt_injection_params post_call_rules pre_call_rules`,
    reasons.guardrails,
  ),
  ...each(
    `ssl_verify ssl_certificate ssl_security_level ssl_ecdh_curve force_ipv4 aiohttp_trust_env disable_aiohttp_transport
    use_aiohttp_transport network_mock`,
    reasons.network,
  ),
  ...each(
    `mcp_aliases mcp_semantic_tool_filter public_mcp_servers public_agent_groups vector_store_registry
    use_chat_completions_url_for_anthropic_messages default_vertex_config`,
    reasons.otherServices,
  ),
  ...each(
    'api_key api_base organization openai_key anthropic_key azure_key headers',
    notSupported('credentials and addresses belong to providers: give them with each model'),
  ),
  ...each(
    'cost_discount_config cost_margin_config custom_cost_per_token',
    notSupported('declare priceOverrides with discountPercent or marginPercent'),
  ),
  ...each('priority_reservation priority_reservation_settings', notSupported('requests have no priorities')),
  ...each(
    'model_group_settings public_model_groups public_model_groups_links',
    notSupported('models have no settings in groups; access groups say who may ask for them'),
  ),
  ...each(
    `disable_end_user_cost_tracking include_cost_in_streaming_usage return_response_headers extra_spend_tag_headers
    enable_key_alias_format_validation enable_json_schema_validation enable_preview_features disable_hf_tokenizer_download
    custom_provider_map disable_add_transform_inline_image_block disable_copilot_system_to_assistant user_url_validation
    enable_loadbalancing_on_batch_endpoints forward_traceparent_to_llm_provider disable_stop_sequence_limit
    disable_token_counter ignore_provider_specific_params model_cost_map_url check_provider_endpoint
    enable_azure_ad_token_refresh LITELLM_DISABLE_STOP_SEQUENCE_LIMIT`,
    notSupported('is about how LiteLLM works inside'),
  ),
});
