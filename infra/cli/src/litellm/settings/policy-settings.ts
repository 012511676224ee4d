import { type RoutingStrategy, routingStrategies } from '@tollgate/schema';
import type { Conversion } from '../conversion.ts';
import type { RoutingPolicy } from '../models/group.ts';
import { toDuration } from '../models/timeouts.ts';
import { differs, holds, maps, notSupported, type Verdict } from '../report/verdict.ts';
import { booleanOf, numberOf } from '../source/scalars.ts';
import type { Handler } from './judge-section.ts';
import { countingSetting } from './shared-setting.ts';

/** As many as a document takes. */
const RETRIES_MAX = 10;
const ATTEMPTS_MAX = 1_000_000;

/** LiteLLM's strategies (https://docs.litellm.ai/docs/routing) by those that choose alike. */
const STRATEGIES: ReadonlyMap<string, RoutingStrategy> = new Map([
  ['simple-shuffle', 'weighted'],
  ['least-busy', 'least-busy'],
  ['latency-based-routing', 'least-latency'],
  ['cost-based-routing', 'lowest-cost'],
  ['usage-based-routing', 'usage-aware'],
  ['usage-based-routing-v2', 'usage-aware'],
]);

export const strategyOf = (name: string | undefined): RoutingStrategy => STRATEGIES.get(name ?? '') ?? 'weighted';

/** What follows a failure, for all models. */
export function readPolicy(conversion: Pick<Conversion, 'sections'>): RoutingPolicy {
  const value = (name: string) => countingSetting(conversion, name)?.value;
  const [retries, fails] = [wholeOf(numberOf(value('num_retries'))), wholeOf(numberOf(value('allowed_fails')))];
  const seconds = numberOf(value('cooldown_time')) ?? 0;
  const isOff = booleanOf(value('disable_cooldowns')) === true;
  const cooldown = {
    ...(fails !== undefined && { attempts: Math.min(fails + 1, ATTEMPTS_MAX) }),
    ...(seconds > 0 && Number.isFinite(seconds) && { time: toDuration(seconds) }),
  };
  return {
    ...(retries !== undefined && retries > 0 && { retries: Math.min(retries, RETRIES_MAX) }),
    ...(isOff ? { cooldown: { enabled: false } } : Object.keys(cooldown).length > 0 && { cooldown }),
  };
}

const wholeOf = (number: number | undefined): number | undefined =>
  number !== undefined && Number.isSafeInteger(number) && number >= 0 ? number : undefined;

/** What is said of the settings that a policy is read from, in whichever section they stand. */
export function policyHandlers({ sections, report }: Pick<Conversion, 'sections' | 'report'>) {
  const { retries, cooldown } = readPolicy({ sections });
  const target = 'routing of each model';
  const verdicts: ReadonlyMap<string, () => Verdict> = new Map([
    ['num_retries', () => (retries === undefined ? holds('a failed call is not repeated') : retriesVerdict())],
    [
      'cooldown_time',
      () =>
        cooldown?.time === undefined
          ? notSupported('is no number of seconds, or cooldowns are disabled')
          : differs(
              `→ cooldown.time in ${target}: doubled each time in a row, and what a provider asks for counts more`,
            ),
    ],
    [
      'allowed_fails',
      () =>
        cooldown?.attempts === undefined
          ? notSupported('is no number of failures, or cooldowns are disabled')
          : differs(
              `→ cooldown.attempts in ${target}: half of so many calls in a minute have to fail, not one more than it`,
            ),
    ],
    [
      'disable_cooldowns',
      () =>
        cooldown?.enabled === false
          ? maps(`cooldown.enabled in ${target}`)
          : holds('deployments that fail are left alone'),
    ],
  ]);

  const retriesVerdict = (): Verdict => maps(`retries in ${target}`, 'within each order, and 10 at most');

  return [...verdicts].map(
    ([name, verdictOf]) =>
      [
        name,
        (entry) => {
          const counts = countingSetting({ sections }, name) === entry;
          report.say(entry, counts ? verdictOf() : holds(`\`${name}\` of router_settings counts more`));
        },
      ] as const satisfies readonly [string, Handler],
  );
}

/** What is said of `routing_strategy`. */
export function strategyVerdict(name: string | undefined): Verdict {
  const strategy = STRATEGIES.get(name ?? '');
  if (strategy === undefined)
    return notSupported(
      `has no counterpart: deployments are chosen by weight; there are ${routingStrategies.join(', ')}`,
    );
  if (strategy === 'weighted') return holds('deployments are chosen at random by weight');
  return differs(
    strategy === 'usage-aware'
      ? '→ routing.strategy usage-aware of models whose deployments all have rpm or tpm; the others are chosen at random'
      : `→ routing.strategy ${strategy} of models with several deployments, each node by what it saw itself`,
  );
}
