import { reasons } from '../report/reasons.ts';
import { differs, holds, notSupported } from '../report/verdict.ts';
import { each, type VerdictTable } from '../report/verdict-table.ts';

/** Settings of `general_settings` (https://docs.litellm.ai/docs/proxy/config_settings) whose values do not matter here. */
export const generalSettings: VerdictTable = Object.freeze({
  database_url: differs(
    'the control plane has a database of its own: DATABASE_URL; keys and teams of LiteLLM’s are not imported',
  ),
  ...each(
    `database_type database_args database_connection_pool_limit database_connection_timeout database_connect_timeout
    database_socket_timeout database_extra_connection_params database_disable_prepared_statements
    disable_prisma_schema_update proxy_batch_write_at proxy_budget_rescheduler_min_time
    proxy_budget_rescheduler_max_time proxy_batch_polling_interval use_redis_transaction_buffer coordination_redis
    scheduled_job_stagger disable_reset_budget`,
    differs('nothing of it is needed: the control plane looks after its database itself'),
  ),
  allow_requests_on_db_unavailable: holds('nodes serve from their own copy of the configuration whatever else is away'),
  store_model_in_db: holds('all configuration is kept in the control plane, whoever declares it'),
  ...each(
    'supported_db_objects proxy_config_reload_interval_seconds user_api_key_cache_ttl enable_redis_auth_cache',
    differs('nodes hear of each change at once and tell that they have it'),
  ),
  ...each('disable_spend_logs disable_spend_updates', notSupported('each request that is answered is recorded, once')),
  ...each('store_prompts_in_spend_logs', notSupported('messages are not recorded')),
  ...each(
    `maximum_spend_logs_retention_period maximum_spend_logs_retention_interval maximum_spend_logs_cleanup_cron
    maximum_spend_logs_cleanup_batch_size maximum_spend_logs_cleanup_max_batches
    maximum_spend_logs_cleanup_run_budget maximum_spend_logs_cleanup_batch_timeout use_spend_logs_partitioning
    maximum_health_check_retention_period maximum_autorouter_session_retention_period`,
    reasons.retention,
  ),
  ...each(
    `alerting alerting_threshold alerting_args alert_types alert_to_webhook_url spend_report_frequency`,
    notSupported('declare webhooks and alertRules; LiteLLM’s own words for Slack, Teams and mail have no counterpart'),
  ),
  ...each(
    `background_health_checks health_check_interval health_check_details health_check_concurrency use_shared_health_check
    health_check_skip_disabled_background_models background_health_check_model_groups model_list_healthy_only
    enable_health_check_routing`,
    reasons.probes,
  ),
  ...each(
    `enable_jwt_auth litellm_jwtauth enable_oauth2_auth enable_oauth2_proxy_auth oauth2_config_mappings custom_auth
    custom_auth_run_common_checks custom_sso custom_ui_sso_sign_in_handler custom_key_generate custom_key_update
    allow_user_auth service_account_settings user_header_name user_header_mappings trusted_proxy_ranges
    allow_cli_sso_verification_uri_complete default_team_disabled disable_auto_add_proxy_admin_to_teams
    role_permissions key_management_settings_for_users`,
    reasons.identity,
  ),
  ...each(
    'key_management_system key_management_settings use_google_kms use_azure_key_vault use_aws_secret_manager',
    reasons.secretManagers,
  ),
  ...each(
    'allowed_routes public_routes admin_only_routes enforced_params enforce_user_param',
    notSupported('what may be called is declared with each key: allowedRoutes and type'),
  ),
  ...each(
    'max_parallel_requests global_max_parallel_requests default_max_parallel_requests',
    notSupported('declare rateLimits such as `10 concurrent` of keys, teams or organizations'),
  ),
  ...each(
    'max_request_size_mb max_response_size_mb max_batch_file_size_mb',
    notSupported('the sizes of bodies are bounded by the node, not by its configuration'),
  ),
  ...each(
    'completion_model embedding_model image_generation_model moderation_model',
    notSupported('each request names its model'),
  ),
  ...each(
    'forward_client_headers_to_llm_api forward_openai_org_id forward_llm_provider_auth_headers',
    notSupported('no header of a client goes on to a provider'),
  ),
  ...each(
    'disable_master_key_return disable_adding_master_key_hash_to_db',
    holds('secrets are stored sealed or hashed, and shown nowhere'),
  ),
  litellm_key_header_name: notSupported('keys come as Authorization, x-api-key or api-key'),
  litellm_license: notSupported('no feature needs a licence key'),
  use_x_forwarded_for: notSupported('addresses of clients are those of their connections'),
  infer_model_from_keys: notSupported('models are those that are declared'),
  allow_client_side_credentials: notSupported('clients cannot bring credentials of providers'),
  reject_clientside_metadata_tags: differs('tags are those of keys; a request’s own metadata has no say'),
  ...each(
    'disable_budget_reservation apply_user_budget_to_team_keys',
    notSupported('budgets are declared where they hold'),
  ),
  disable_retry_on_max_parallel_request_limit_error: reasons.retries,
  cancel_on_disconnect: holds('a client that leaves ends its call'),
  otel: reasons.callbacks,
  pass_through_request_timeout: notSupported('declare `timeout` of each pass-through endpoint'),
  use_client_credentials_pass_through_routes: notSupported('clients cannot bring credentials of providers'),
  ...each('disable_responses_id_security batch_gcs_bucket', reasons.otherServices),
  ...each(
    `user_mcp_management_mode mcp_internal_ip_ranges mcp_trusted_proxy_ranges mcp_xff_num_trusted_hops mcp_required_fields
    mcp_client_side_auth_header_name`,
    reasons.otherServices,
  ),
  ...each(
    'user_url_validation user_url_allowed_hosts provider_url_destination_allowed_hosts',
    notSupported('no request says which address is called'),
  ),
  ...each('ui_access_mode enable_public_model_hub plugins control_plane_url proxy_base_url docs_url', reasons.console),
});
