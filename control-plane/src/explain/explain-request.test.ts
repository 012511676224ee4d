import type { AttemptDetail, ModelConfig, RoutingChoice, Specs, UsageRecord } from '@tollgate/schema';
import { describe, expect, test } from 'vitest';
import type { Entity } from '../aggregate/entity.ts';
import { usageRecordSample } from '../test-support/test-analytics.ts';
import { type ConfigurationThen, UNKNOWN_CONFIGURATION } from './configuration-then.ts';
import { explainRequest } from './explain-request.ts';

type Deployment = ModelConfig['deployments'][number];

const at = (name: string, more: Partial<Deployment> = {}): Deployment => ({
  name,
  provider: 'p',
  model: 'u',
  weight: 1,
  ...more,
});
const choiceOf = (changes: Partial<RoutingChoice> = {}): RoutingChoice => ({
  attempt: 1,
  model: 'm',
  by: 'only',
  candidates: [{ deployment: 'd', figure: null }],
  passedOver: [],
  omitted: 0,
  ...changes,
});
const detailOf = (changes: Partial<AttemptDetail> = {}): AttemptDetail => ({
  model: 'm',
  deployment: 'd',
  providerName: 'p',
  upstreamModel: 'u',
  reason: 'first',
  cause: 'completed',
  status: 200,
  errorCode: '',
  startedUs: 1_000,
  durationUs: 2_000,
  tokensInput: 1,
  tokensOutput: 1,
  costNanoUsd: 5,
  ...changes,
});

const explain = (changes: Partial<UsageRecord>, deployments?: readonly Deployment[]) =>
  explainRequest(
    { ...usageRecordSample, ...changes },
    { ...UNKNOWN_CONFIGURATION, models: new Map(deployments ? [['m', { deployments: [...deployments] }]] : []) },
  );
/** Of the first attempt: each deployment, and why it was not chosen. */
const verdicts = (explanation: ReturnType<typeof explain>) =>
  explanation.attempts[0]?.considered.map(({ deployment, isChosen, reason }) => [
    deployment,
    isChosen ? 'chosen' : reason,
  ]);

describe('what was considered', () => {
  test('is told by the configuration where the record leaves out that there was no choice', () => {
    const deployments = [at('off', { weight: 0 }), at('d'), at('later', { order: 2 }), at('eu', { tags: ['eu'] })];
    expect(verdicts(explain({}, deployments))).toEqual([
      ['d', 'chosen'],
      ['off', 'out_of_rotation'],
      ['later', 'later_order'],
      ['eu', 'other_tags'],
    ]);
  });

  test('for a request with tags are those that have one of them', () => {
    const deployments = [at('plain'), at('d', { tags: ['eu'] }), at('us', { tags: ['us'] })];
    expect(verdicts(explain({ tags: ['eu'] }, deployments))).toEqual([
      ['d', 'chosen'],
      ['plain', 'other_tags'],
      ['us', 'other_tags'],
    ]);
  });

  test('is the record’s word before the configuration’s, the chosen one first', () => {
    const choices = [
      choiceOf({
        by: 'least-busy',
        candidates: [
          { deployment: 'a', figure: 4 },
          { deployment: 'd', figure: 2 },
        ],
        passedOver: [{ model: 'm', deployment: 'cold', reason: 'cooling', forMs: 1_500 }],
      }),
    ];
    const explanation = explain({ choices }, [at('a'), at('d', { order: 2 }), at('cold'), at('old', { order: 1 })]);
    expect(verdicts(explanation)).toEqual([
      ['d', 'chosen'],
      ['a', 'not_preferred'],
      ['cold', 'cooling'],
      ['old', 'earlier_order'],
    ]);
    expect(explanation.attempts[0]?.considered.map(({ figure }) => figure)).toEqual([2, 4, null, null]);
  });

  test('of a record of before is unrecorded where it was a matter of the node', () => {
    expect(verdicts(explain({}, [at('a'), at('d')]))).toEqual([
      ['d', 'chosen'],
      ['a', 'unrecorded'],
    ]);
  });

  test('without the configuration is what the record says', () => {
    expect(verdicts(explain({}))).toEqual([['d', 'chosen']]);
  });

  test('of a last resort is why it was left alone', () => {
    const passedOver = [{ model: 'm', deployment: 'd', reason: 'cooling', forMs: 2_000 }];
    const explanation = explain({ choices: [choiceOf({ passedOver })] });
    expect(explanation.attempts[0]?.considered).toEqual([
      { model: 'm', deployment: 'd', isChosen: true, reason: 'cooling', forMs: 2_000, figure: null },
    ]);
    expect(explanation.summary).toContain('though it was left alone, for lack of another');
  });
});

describe('attempts', () => {
  test('of a request that took one are told from its record', () => {
    const { attempts } = explain({ totalUs: 900, overheadUs: 200, costNanoUsd: 7 });
    expect(attempts).toMatchObject([
      { attempt: { number: 1, deployment: 'd', startedUs: null, durationUs: 700, costNanoUsd: 7, reason: 'first' } },
    ]);
  });

  test('are told with the wait before each, and the choice that was made for it', () => {
    const attemptDetails = [
      detailOf({ cause: 'upstream_error', status: 500, startedUs: 1_000, durationUs: 2_000 }),
      detailOf({ reason: 'again', startedUs: 53_000 }),
    ];
    const choices = [choiceOf({ attempt: 2, by: 'weighted' })];
    const { attempts } = explain({ attempts: 2, attemptDetails, choices });
    expect(attempts.map(({ attempt }) => [attempt.waitedUs, attempt.choice?.by])).toEqual([
      [0, undefined],
      [50_000, 'weighted'],
    ]);
  });

  test('go by the name of the model that an alias or a wildcard stood for', () => {
    const attemptDetails = [detailOf({ model: 'x/one' }), detailOf({ model: 'f', reason: 'fallback' })];
    const { attempts } = explain({ model: 'x/one', servedModel: 'x/*', attemptDetails });
    expect(attempts.map(({ attempt }) => attempt.servedModel)).toEqual(['x/*', 'f']);
  });

  test('that began at a fallback go by its name', () => {
    const { attempts, policies } = explain({ choices: [choiceOf({ model: 'f' })] }, [at('d')]);
    expect(attempts).toMatchObject([{ attempt: { model: 'f', servedModel: 'f' } }]);
    expect(policies.map(({ name }) => name)).toEqual(['m']);
  });
});

describe('a policy', () => {
  const entity = <Kind extends 'virtual-key' | 'team'>(kind: Kind, name: string, routing: Specs['team']['routing']) =>
    ({ kind, name, state: { spec: { routing } } }) as unknown as Entity<Kind>;
  const key = entity('virtual-key', 'k', { retries: 0, timeout: '2s' });
  const team = entity('team', 't', { strategy: 'round-robin', retries: 3, timeouts: { total: '9s' } });
  const models = new Map([
    ['m', { deployments: [at('d')], routing: { retries: 5, timeouts: { firstTokenMs: 7_000 } } }],
  ]);
  const policyOf = (record: Partial<UsageRecord>, then: Partial<ConfigurationThen>) =>
    explainRequest(
      { ...usageRecordSample, teamName: 't', stream: true, ...record },
      { ...UNKNOWN_CONFIGURATION, models, ...then },
    ).policies[0];

  test('has what the key said, what the team said of the rest, and who said what', () => {
    expect(policyOf({}, { key, team })).toMatchObject({
      routing: { strategy: 'round-robin', retries: 0, totalMs: 9_000, streamTimeouts: { firstTokenMs: 2_000 } },
      own: { fromKey: ['retries', 'firstTokenMs', 'idleMs'], fromTeam: ['strategy', 'totalMs'] },
    });
  });

  test('of a whole answer has nothing of first tokens', () => {
    const impatient = entity('virtual-key', 'k', { timeouts: { firstToken: '1s' } });
    expect(policyOf({ stream: false }, { key: impatient, team })?.own.fromKey).toEqual([]);
    expect(policyOf({ stream: true }, { key: impatient, team })?.own.fromKey).toEqual(['firstTokenMs']);
  });

  test('is that of the model for a copy, which goes by nothing else', () => {
    expect(policyOf({ mirrorOf: 'req_1' }, { key, team })).toMatchObject({
      routing: { strategy: 'weighted', retries: 5 },
      own: { fromKey: [], fromTeam: [] },
    });
  });

  test('says that it is not known what a key or a team said that may not be read', () => {
    expect(policyOf({}, {})?.own).toMatchObject({ fromKey: null, fromTeam: null });
    expect(policyOf({ teamName: '' }, { key })?.own.fromTeam).toEqual([]);
  });
});

describe('the summary', () => {
  test('of a plain request says who, where, how it ended and what it cost', () => {
    const record = { teamName: 't', totalUs: 1_250_000, overheadUs: 50_000, costNanoUsd: 1_200_000, charges: [] };
    expect(explain(record).summary).toBe(
      'The key k of team t asked for m under revision 3. Attempt 1 went to d of provider p (model m); it answered in 1.2 s. ' +
        'The client had the whole answer after 1.3 s. It cost 0.0012 USD; no quota counted it.',
    );
  });

  test('of a copy says of what, and nothing of a client', () => {
    const { summary } = explain({ mirrorOf: 'req_7' });
    expect(summary).toContain('It was a copy of req_7');
    expect(summary).not.toContain('The client');
  });

  test('of several attempts says why each was made, what was passed over and what the client got', () => {
    const attemptDetails = [
      detailOf({ cause: 'upstream_error', status: 503, errorCode: 'overloaded' }),
      detailOf({ reason: 'again', cause: 'upstream_timeout', status: 504, startedUs: 103_000, durationUs: 900 }),
      detailOf({ deployment: 'e', model: 'f', reason: 'fallback', cause: 'upstream_error', status: 500 }),
    ];
    const passedOver = [
      { model: 'm', deployment: 'x', reason: 'cooling', forMs: 4_200 },
      { model: 'm', deployment: 'd', reason: 'called', forMs: null },
      { model: 'secret', deployment: '', reason: 'not_allowed', forMs: null },
    ];
    const choices = [choiceOf({ attempt: 3, model: 'f', passedOver, candidates: [{ deployment: 'e', figure: null }] })];
    const end = { cause: 'upstream_error', status: 500, errorCode: 'server_error', totalUs: 200_000 } as const;
    expect(explain({ ...end, attempts: 3, attemptDetails, choices }).summary).toBe(
      'The key k asked for m under revision 3. ' +
        'Attempt 1 went to d of provider p (model m); it failed with 503 (overloaded) after 2 ms. ' +
        'Attempt 2 went to d of provider p (model m) again after a wait of 100 ms; it failed with 504 (upstream_timeout) after 900 µs. ' +
        'Attempt 3 went to e of provider p (model f), a fallback, chosen as the only one that was left; it failed with 500 (upstream_error) after 2 ms; ' +
        'x was passed over, as it was left alone after failures (for 4.2 s more); model secret was passed over, as the key may not use it. ' +
        'The client got 500 (server_error) after 200 ms with 3 attempts. ' +
        'Its price is not known; 2 quotas counted it, and 2 of them were charged.',
    );
  });

  test('of very many attempts tells the first and the last, and counts the others', () => {
    const attemptDetails = Array.from({ length: 9 }, (_, index) => detailOf({ deployment: `d${index + 1}` }));
    const { summary } = explain({ attempts: 9, attemptDetails });
    expect(summary).toContain('Attempt 4 went to d4');
    expect(summary).toContain('. 4 further attempts followed. Attempt 9 went to d9');
  });

  test.each([
    ['client_gone', 499, 'The client left after 2 ms, before it had the whole answer.'],
    ['shutdown', 503, 'The node was shut down after 2 ms, before the answer was complete.'],
    ['upstream_stream_broken', 502, 'The client got 502 (upstream_stream_broken) after 2 ms.'],
  ] as const)('of one that ended with %s says so', (cause, status, sentence) => {
    expect(explain({ cause, status, totalUs: 2_000 }).summary).toContain(sentence);
  });
});

test('quotas that counted are those that were charged, in all slots together, and those that were not', () => {
  const quota = 'team:t#tokens/1m';
  const charges = [
    { quota, slot: 60_000, amount: 3 },
    { quota, slot: 65_000, amount: 4 },
  ];
  const increased = {
    ...{ id: quota, unit: 'tokens' as const, limit: 10, window: undefined, timezone: 'UTC', model: undefined },
    ...{ softLimit: undefined, mode: undefined, onOutage: undefined, hardStop: undefined },
    increase: { by: 5, untilMs: 1 },
  };
  const { quotas } = explainRequest(
    { ...usageRecordSample, charges, uncharged: ['team:t#concurrent'] },
    { ...UNKNOWN_CONFIGURATION, quotas: new Map([[quota, increased]]) },
  );
  expect(quotas).toMatchObject([
    { id: quota, amount: 7, slot: 65_000, limit: 15, parsed: { kind: 'team', name: 't' } },
    { id: 'team:t#concurrent', amount: 0, slot: null, limit: undefined },
  ]);
});
