import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTokenChoice } from '@tollgate/schema';
import { expect, onTestFinished, test } from 'vitest';
import { readAnalyticsKeys } from './analytics-keys.ts';

/** Answers whoever has the token of the old key. */
async function startAnalytics(body: string) {
  const server = createServer(({ headers, url }, response) => {
    const isKnown = url === '/sealing-keys' && headers.authorization === 'Bearer token-of-old';
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' }).end(isKnown ? body : '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections());
  onTestFinished(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

const tokens = (...known: readonly string[]) => createTokenChoice(known);

test('analytics says which sealing keys it accepts, also if it knows only a previous one', async () => {
  const { url } = await startAnalytics('{"accepted":["old"]}');
  expect(await readAnalyticsKeys(`${url}/`, tokens('token-of-new', 'token-of-old'))).toEqual({
    name: `analytics at ${url}`,
    sealingKeys: ['old'],
  });
});

test('one that knows none of our tokens accepts none of our keys', async () => {
  const { url } = await startAnalytics('{"accepted":["old"]}');
  expect(await readAnalyticsKeys(url, tokens('token-of-new'))).toMatchObject({ sealingKeys: [] });
});

test('one that does not answer, or not to that, is told of as such and fails nothing', async () => {
  const { url, close } = await startAnalytics('<html>');
  expect(await readAnalyticsKeys(url, tokens('token-of-old'))).toMatchObject({
    sealingKeys: null,
    silence: 'does not say which sealing keys it accepts',
  });
  await close();
  expect(await readAnalyticsKeys(url, tokens('token-of-old'))).toMatchObject({ silence: 'does not answer' });
});
