import { expect, test } from 'vitest';
import { END_USER_CHARACTERS_MAX, usageRecord } from './usage-record.ts';

/** As nodes wrote them before records had versions. */
const VERSION_1 =
  '{"id":"req_1","revision":3,"startedAtMs":1763769600000,"endpoint":"chat.completions","stream":false,"keyName":"k","teamName":"t","model":"m","deployment":"d","providerName":"p","providerType":"mock","upstreamModel":"u","tags":["prod"],"cause":"completed","status":200,"errorCode":"","attempts":1,"tokensInput":1,"tokensInputCached":0,"tokensInputCacheWrite":0,"tokensInputCacheWrite1h":0,"tokensInputAudio":0,"tokensOutput":1,"tokensOutputReasoning":0,"tokensOutputAudio":0,"usageSource":"provider","costNanoUsd":3000,"priceSource":"catalogue:mock","timeToFirstTokenUs":1,"totalUs":2,"overheadUs":1,"nodeId":"n","bootId":"b","seq":1}';

test('a record of version 1 is read, and says nothing of what it did not know', () => {
  const record: object = JSON.parse(VERSION_1);
  expect(usageRecord.parse(record)).toEqual({
    ...record,
    version: 1,
    organizationName: '',
    projectName: '',
    userName: '',
    customerName: '',
    endUser: '',
    charges: [],
  });
});

test('what version 3 leaves out is empty', () => {
  const record: Record<string, unknown> = JSON.parse(VERSION_1);
  for (const field of ['teamName', 'tags', 'errorCode', 'tokensInputCached', 'priceSource']) delete record[field];
  expect(usageRecord.parse({ ...record, version: 3 })).toMatchObject({
    version: 3,
    teamName: '',
    tags: [],
    errorCode: '',
    tokensInputCached: 0,
    priceSource: '',
    charges: [],
  });
});

test.each([
  ['a version to come', { version: 4 }],
  ['an unknown field', { surprise: 1 }],
  ['an end user without end', { endUser: 'x'.repeat(END_USER_CHARACTERS_MAX + 1) }],
])('%s is no record that this version can read', (_case, changes) => {
  expect(usageRecord.safeParse({ ...JSON.parse(VERSION_1), ...changes }).success).toBe(false);
});
