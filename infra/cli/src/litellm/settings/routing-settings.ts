import type { Conversion } from '../conversion.ts';
import type { RoutingSettings } from '../models/group.ts';
import { differs, holds, notSupported, type Verdict } from '../report/verdict.ts';
import { type Fields, fieldsOf } from '../source/config-node.ts';
import { booleanOf, numberOf, textOf, textsOf } from '../source/scalars.ts';
import { readPolicy, strategyOf } from './policy-settings.ts';

/** Reads what holds for all models; `router_settings` count more than `litellm_settings`. */
export function readRoutingSettings({ sections }: Pick<Conversion, 'sections'>): RoutingSettings {
  const router = fieldsOf(sections.byName.get('router_settings')?.value);
  const litellm = fieldsOf(sections.byName.get('litellm_settings')?.value);
  return {
    timeoutSeconds: secondsOf(router, 'timeout') ?? secondsOf(litellm, 'request_timeout'),
    enforcesRates: enforcesRates(router),
    strategy: strategyOf(textOf(router.get('routing_strategy')?.value)),
    policy: readPolicy({ sections }),
  };
}

/** LiteLLM refuses what is beyond `rpm` and `tpm` only with these; else it weighs by them. */
function enforcesRates(router: Fields): boolean {
  const strategy = textOf(router.get('routing_strategy')?.value) ?? '';
  const checks = textsOf(router.get('optional_pre_call_checks')?.value);
  const isChecked = ['enable_pre_call_checks', 'enable_pre_call_check'].some((name) =>
    booleanOf(router.get(name)?.value),
  );
  return strategy.startsWith('usage-based-routing') || checks.includes('enforce_model_rate_limits') || isChecked;
}

function secondsOf(fields: Fields, name: string): number | undefined {
  const seconds = numberOf(fields.get(name)?.value);
  return seconds !== undefined && seconds > 0 && Number.isFinite(seconds) ? seconds : undefined;
}

export function timeoutVerdict(fields: Fields, name: string, { timeoutSeconds }: RoutingSettings): Verdict {
  const seconds = secondsOf(fields, name);
  if (seconds === undefined) return notSupported('is no number of seconds');
  return seconds === timeoutSeconds
    ? differs(
        '→ routing.timeout of each model without its own: the wait for the first byte and between two, not for the whole answer',
      )
    : holds('`timeout` of router_settings counts more');
}
