import { reasons } from '../report/reasons.ts';
import { notSupported } from '../report/verdict.ts';
import { each, type VerdictTable } from '../report/verdict-table.ts';

/** Settings of `router_settings` (https://docs.litellm.ai/docs/proxy/config_settings) whose values do not matter here. */
export const routerSettings: VerdictTable = Object.freeze({
  ...each(
    `max_retries retry_after retry_policy model_group_retry_policy allowed_fails_policy max_fallbacks enable_weighted_failover
    ignore_invalid_deployments`,
    reasons.retries,
  ),
  ...each(
    `routing_strategy_args routing_groups lowest_latency_buffer enable_tag_filtering tag_filtering_match_any
    tag_routing_prefix model_group_affinity_config deployment_affinity_ttl_seconds weights enable_health_check_routing
    health_check_staleness_threshold`,
    reasons.strategies,
  ),
  ...each(
    'enable_pre_call_checks enable_pre_call_check optional_pre_call_checks',
    notSupported('no deployment is left aside before a call'),
  ),
  ...each('redis_host redis_port redis_password redis_db redis_url redis_startup_nodes redis_ssl', reasons.redis),
  ...each('cache_responses cache_kwargs caching_groups client_ttl', reasons.cache),
  ...each('set_verbose debug_level', reasons.logs),
  ...each('default_priority polling_interval', notSupported('requests have no priorities')),
  ...each('guardrail_list', reasons.guardrails),
  ...each('search_tools assistants_config', reasons.otherServices),
  alerting_config: notSupported('declare webhooks and alertRules'),
  default_litellm_params: notSupported('Tollgate adds no fields to requests: let apps send them'),
  default_max_parallel_requests: notSupported('declare rateLimits such as `10 concurrent` of models, teams or keys'),
  stream_timeout: notSupported('is not converted: declare `routing.timeouts.firstToken` of the models'),
  router_general_settings: notSupported('is about how LiteLLM works inside'),
});
