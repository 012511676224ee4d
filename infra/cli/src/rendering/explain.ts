import { formatQuotaAmount, formatUsd } from '@tollgate/schema';
import type { ExplainedAttempt, ExplainedPolicy, ExplainedQuota, Explanation } from '../api/explain.ts';
import type { Colours } from '../terminal.ts';
import { printable } from './printable.ts';
import { renderTable } from './table.ts';

/** Draws why a request went as it did: in a sentence or two, then part by part. */
export function renderExplanation(explanation: Explanation, colours: Colours): string {
  const { summary, attempts, quotas, policies } = explanation;
  const section = (title: string, text: string) => (text === '' ? [] : ['', colours.bold(title), text]);
  return [
    printable(summary),
    ...section('Request', renderRequest(explanation)),
    ...section('Attempts', attempts.map((attempt) => renderAttempt(attempt, colours)).join('\n')),
    ...section('Quotas', quotas.length === 0 ? '' : renderTable(QUOTA_HEAD, quotas.map(toQuotaRow))),
    ...section('Policies', policies.map(renderPolicy).join('\n')),
  ].join('\n');
}

function renderRequest({ request, revision, revisionCommittedAt, key }: Explanation): string {
  const { organization, team, project, user, customer } = request;
  const owners = Object.entries({ organization, team, project, user, customer }).flatMap(([kind, name]) =>
    name === null ? [] : [`${kind} ${name}`],
  );
  const committed = revisionCommittedAt === null ? '' : `, committed at ${revisionCommittedAt}`;
  return lines([
    ['id', request.id],
    ['started', `${request.startedAt} on node ${request.nodeId}`],
    ['revision', `${revision}${committed}`],
    ['key', [request.key, ...owners].join(', ')],
    ...(key === null ? [] : ([['key then', keyFacts(key).join('; ')]] as const)),
    ['asked for', `${request.model}${request.stream ? ' as a stream' : ''}`],
    ['tags', request.tags.join(', ')],
    ['end user', request.endUser ?? ''],
    ['took', `${toMs(request.totalUs)}, of which the gateway ${toMs(request.overheadUs)}`],
    ['cost', request.costUsd === null ? 'unpriced' : `${request.costUsd} USD`],
  ]);
}

const keyFacts = (key: NonNullable<Explanation['key']>): readonly string[] => [
  `changed last by revision ${key.changedAt}`,
  ...(key.type === 'INFERENCE' ? [] : [key.type]),
  ...(key.blocked ? ['blocked'] : []),
  `models ${key.models?.join(', ') ?? (key.accessGroups.length > 0 ? 'none' : 'all')}`,
  ...(key.accessGroups.length === 0 ? [] : [`access groups ${key.accessGroups.join(', ')}`]),
  ...(key.allowedRoutes === null ? [] : [`paths ${key.allowedRoutes.join(', ')}`]),
  ...(key.allowedIps === null ? [] : [`addresses ${key.allowedIps.join(', ')}`]),
  ...(key.expiresAt === null ? [] : [`expires at ${key.expiresAt}`]),
];

/** Names and what they have, side by side; those that have nothing are left out. */
function lines(parts: readonly (readonly [string, string])[]): string {
  const said = parts.filter(([, text]) => text !== '');
  const width = Math.max(...said.map(([name]) => name.length));
  return said.map(([name, text]) => `  ${name.padEnd(width)}  ${printable(text)}`).join('\n');
}

function renderAttempt(attempt: ExplainedAttempt, colours: Colours): string {
  const { number, deployment, provider, upstreamModel, reason, chosenBy, figureUnit, considered, notListed } = attempt;
  const way = [reason, ...(chosenBy === null ? [] : [`chosen by ${chosenBy}`])].join(', ');
  const title = printable(`${number}. ${deployment} of ${provider} (${upstreamModel}): ${way}`);
  const others = considered.filter(({ chosen, reason: why }) => !chosen || why !== null);
  return [
    `  ${attempt.cause === 'completed' ? colours.green(title) : colours.yellow(title)}`,
    `     ${printable(endOf(attempt))}`,
    ...considered
      .filter(({ chosen, figure }) => chosen && figure !== null)
      .map(({ figure }) => colours.dim(`     had ${figure} ${figureUnit ?? ''}`)),
    ...others.map((one) => colours.dim(`     ${printable(sayOther(one, attempt))}`)),
    ...(notListed > 0 ? [colours.dim(`     and ${notListed} more that the record does not list`)] : []),
  ].join('\n');
}

function endOf({ cause, status, errorCode, startedUs, waitedUs, durationUs, costNanoUsd, ...used }: ExplainedAttempt) {
  const start = startedUs === null ? [] : [`began after ${toMs(startedUs)}`];
  const wait = waitedUs >= 1_000 ? [`waited ${toMs(waitedUs)}`] : [];
  const error = errorCode === null || errorCode === cause ? '' : ` (${errorCode})`;
  const cost = costNanoUsd === null ? 'unpriced' : `${formatUsd(BigInt(costNanoUsd))} USD`;
  const tokens = `${used.tokensInput} + ${used.tokensOutput} tokens`;
  return [...start, ...wait, `took ${toMs(durationUs)}`, `${cause} ${status}${error}`, tokens, cost].join(', ');
}

function sayOther(one: ExplainedAttempt['considered'][number], { servedModel, figureUnit }: ExplainedAttempt): string {
  const { model, deployment, chosen, explanation, coolingForMs, figure } = one;
  const name =
    deployment === null ? `model ${model}` : model === servedModel ? deployment : `${deployment} of ${model}`;
  const cooling = coolingForMs === null ? '' : ` (for ${toMs(coolingForMs * 1_000)} more)`;
  const compared = figure === null || chosen ? '' : `, had ${figure} ${figureUnit ?? ''}`;
  return `${chosen ? 'although ' : 'not '}${name}: ${explanation}${cooling}${compared}`;
}

const QUOTA_HEAD = ['  QUOTA', 'LIMIT', 'CHARGED', 'NOTES'];

function toQuotaRow({ id, unit, limit, amount, mode, slot }: ExplainedQuota): readonly string[] {
  const say = (value: string) => (unit === null ? value : formatQuotaAmount(unit, BigInt(value)));
  const notes = [
    ...(mode === 'SHADOW' ? ['shadow'] : []),
    ...(amount !== '0' && slot === null ? ['without a lease'] : []),
    ...(limit === null ? ['not in the history, or not yours to read'] : []),
  ];
  return [`  ${id}`, limit === null ? '' : say(limit), say(amount), notes.join(', ')];
}

function renderPolicy(policy: ExplainedPolicy): string {
  const {
    model,
    strategy,
    stickyBy,
    retries,
    hedgeAfterMs,
    midStream,
    totalMs,
    fallbacks,
    contextFallbacks,
    contentPolicyFallbacks,
  } = policy;
  const { budgetFallbacks, budgetFallbackAtPercent } = policy;
  const cooldown = policy.cooldown
    ? `from ${policy.cooldownFailurePercent} % of ${policy.cooldownAttempts} attempts on, ${policy.cooldownMs} ms to ${policy.cooldownMaxMs} ms`
    : 'off';
  const name = strategy.toLowerCase().replaceAll('_', '-');
  return [
    printable(`  ${model}`),
    lines([
      ['  strategy', stickyBy === null ? name : `${name}, sticky by ${stickyBy.toLowerCase()}`],
      [
        '  retries',
        retries === 0 ? 'none' : `${retries}, ${policy.backoffInitialMs} ms to ${policy.backoffMaxMs} ms apart`,
      ],
      ['  hedge', hedgeAfterMs === null ? '' : `after ${hedgeAfterMs} ms`],
      ['  mid-stream', midStream === 'FAIL' ? '' : midStream.toLowerCase()],
      ['  timeouts', `connect ${policy.connectMs} ms, first byte ${policy.firstTokenMs} ms, idle ${policy.idleMs} ms`],
      ['  total', totalMs === null ? '' : `${totalMs} ms`],
      ['  cooldown', cooldown],
      ['  fallbacks', fallbacks.join(', ')],
      ['  context fallbacks', contextFallbacks.join(', ')],
      ['  content policy fallbacks', contentPolicyFallbacks.join(', ')],
      [
        '  budget fallbacks',
        budgetFallbacks.length === 0 ? '' : `from ${budgetFallbackAtPercent} % on: ${budgetFallbacks.join(', ')}`,
      ],
      ['  said by the key', saidBy(policy.fromKey)],
      ['  said by the team', saidBy(policy.fromTeam)],
    ]),
  ].join('\n');
}

/** The names that options have in documents. */
const saidBy = (members: readonly string[] | null): string =>
  members === null
    ? 'not in the history, or not yours to read'
    : members.map((member) => member.replace(/Ms$/, '')).join(', ');

/** Such as `0.4 ms` or `812 ms`. */
function toMs(us: number): string {
  const ms = us / 1_000;
  return `${ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`;
}
