import type { UsageRecord } from '@tollgate/schema';
import type { Attempt } from './attempts.ts';
import type { ChargedQuota } from './charged-quotas.ts';
import type { Considered } from './considered.ts';
import { sayChosen, sayCount, sayDuration, sayMade, sayNotChosen, sayUsd } from './words.ts';

type Told = { readonly attempt: Attempt; readonly considered: readonly Considered[] };

/** Attempts that are told one by one: these many of the first, and the last. */
const ATTEMPTS_TOLD = 4;

/** What became of a request, in plain sentences: who asked, where each attempt went and why, how it ended and what it cost. */
export function summarize(record: UsageRecord, told: readonly Told[], quotas: readonly ChargedQuota[]): string {
  const left = told.length - ATTEMPTS_TOLD - 1;
  const attempts =
    left > 0
      ? [
          ...told.slice(0, ATTEMPTS_TOLD).map(sayAttempt),
          `${sayCount(left, 'further attempt')} followed.`,
          ...told.slice(-1).map(sayAttempt),
        ]
      : told.map(sayAttempt);
  // Of a copy no client had anything; its attempts say how they ended.
  const end = record.mirrorOf ? [] : [sayEnd(record)];
  return [sayRequest(record), ...sayMirror(record), ...attempts, ...end, sayCost(record, quotas)].join(' ');
}

function sayRequest({ keyName, teamName, model, servedModel, revision }: UsageRecord): string {
  const team = teamName ? ` of team ${teamName}` : '';
  const meant = servedModel ? `, which stood for ${servedModel},` : '';
  return `The key ${keyName}${team} asked for ${model}${meant} under revision ${revision}.`;
}

const sayMirror = ({ mirrorOf }: UsageRecord): readonly string[] =>
  mirrorOf ? [`It was a copy of ${mirrorOf}, which the node sent by itself; nobody got its answer.`] : [];

function sayAttempt({ attempt, considered }: Told): string {
  const { number, deployment, providerName, servedModel, reason, waitedUs, choice } = attempt;
  const where = `${deployment} of provider ${providerName} (model ${servedModel})${sayMade(reason)}`;
  const wait = reason === 'again' ? ` after a wait of ${sayDuration(waitedUs)}` : '';
  const passed = considered.filter((one) => !one.isChosen && isNews(choice, one));
  const past = passed.map(
    (one) => `${nameOf(one)} was passed over, as ${sayNotChosen(one.reason ?? '')}${sayFor(one)}`,
  );
  return [`Attempt ${number} went to ${where}${wait}${sayChoice(attempt, considered)}; ${sayEnded(attempt)}`, ...past]
    .join('; ')
    .concat('.');
}

/** What follows from the configuration, or from the attempts before, is left to the list. */
const isNews = (choice: Attempt['choice'], { model, deployment, reason }: Considered): boolean =>
  reason !== 'called' &&
  (choice?.passedOver.some((one) => one.model === model && one.deployment === (deployment ?? '')) ?? false);

const nameOf = ({ model, deployment }: Considered): string => (deployment === null ? `model ${model}` : deployment);

const sayFor = ({ forMs }: Considered): string => (forMs === null ? '' : ` (for ${sayDuration(forMs * 1_000)} more)`);

function sayChoice({ choice }: Attempt, considered: readonly Considered[]): string {
  if (choice === undefined) return '';
  const forLack = considered.some(({ isChosen, reason }) => isChosen && reason !== null);
  const among =
    choice.by === 'only' ? '' : ` among ${choice.candidates.length}${choice.omitted > 0 ? ' and more' : ''}`;
  const how = `, chosen ${sayChosen(choice.by)}${among}`;
  return forLack ? `${how}, though it was left alone, for lack of another` : how;
}

function sayEnded({ cause, status, errorCode, durationUs }: Attempt): string {
  const time = sayDuration(durationUs);
  if (cause === 'completed') return `it answered in ${time}`;
  if (cause === 'client_gone') return `the client left after ${time}`;
  if (cause === 'cancelled') return `it was dropped after ${time}, as another answered first`;
  return `it failed with ${status} (${errorCode || cause}) after ${time}`;
}

function sayEnd({ cause, status, errorCode, totalUs, attempts }: UsageRecord): string {
  const time = sayDuration(totalUs);
  const calls = attempts > 1 ? ` with ${sayCount(attempts, 'attempt')}` : '';
  switch (cause) {
    case 'completed':
      return `The client had the whole answer after ${time}${calls}.`;
    case 'client_gone':
      return `The client left after ${time}, before it had the whole answer.`;
    case 'quota_exhausted':
      return `A quota with hardStop had no more for its stream, which ended after ${time}.`;
    case 'shutdown':
      return `The node was shut down after ${time}, before the answer was complete.`;
    case 'upstream_error':
    case 'upstream_timeout':
    case 'upstream_stream_broken':
    case 'internal_error':
      return `The client got ${status} (${errorCode || cause}) after ${time}${calls}.`;
    default:
      return cause satisfies never;
  }
}

function sayCost({ costNanoUsd }: UsageRecord, quotas: readonly ChargedQuota[]): string {
  const cost = costNanoUsd === null ? 'Its price is not known' : `It cost ${sayUsd(costNanoUsd)}`;
  if (quotas.length === 0) return `${cost}; no quota counted it.`;
  const charged = quotas.filter(({ amount }) => amount > 0).length;
  return `${cost}; ${sayCount(quotas.length, 'quota')} counted it, and ${charged} of them ${charged === 1 ? 'was' : 'were'} charged.`;
}
