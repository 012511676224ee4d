import { reasons } from '../report/reasons.ts';
import { notSupported } from '../report/verdict.ts';
import { each, type VerdictTable } from '../report/verdict-table.ts';

/** Sections of a LiteLLM configuration that become nothing here. */
export const otherSections: VerdictTable = Object.freeze({
  ...each('guardrails policies policy_attachments', reasons.guardrails),
  callback_settings: reasons.callbacks,
  ...each(
    `mcp_servers mcp_tools mcp_settings vector_store_registry assistant_settings finetune_settings files_settings
    default_vertex_config search_tools agent_list agents prompts`,
    reasons.otherServices,
  ),
  litellm_jwtauth: reasons.identity,
  cache_params: reasons.cache,
  worker_registry: notSupported('nodes join by themselves'),
});
