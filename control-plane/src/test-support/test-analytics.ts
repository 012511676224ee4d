import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { UsageRecord } from '@tollgate/schema';
import { onTestFinished } from 'vitest';
import { collect } from './collect.ts';

/** Stands in for the analytics service; answers what it is told and keeps what it was asked. */
export async function startTestAnalytics(status: number, answers: Record<string, object>) {
  const asked: { url: string; authorization: string | undefined; body: object }[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse((await collect(request)).join(''));
    asked.push({ url: request.url ?? '', authorization: request.headers.authorization, body });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answers[request.url ?? '']));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** A record with all that nodes must say; costs and tokens are small, and its day is the first of 1970. */
export const usageRecordSample: UsageRecord = {
  version: 2,
  id: 'req_1',
  nodeId: 'n',
  bootId: 'b',
  seq: 1,
  revision: 3,
  startedAtMs: 0,
  endpoint: 'chat.completions',
  stream: false,
  keyName: 'k',
  organizationName: 'o',
  teamName: '',
  projectName: 'pr',
  userName: 'ada',
  customerName: '',
  endUser: 'visitor-7',
  model: 'm',
  deployment: 'd',
  providerName: 'p',
  providerType: 'mock',
  upstreamModel: 'u',
  tags: [],
  cause: 'completed',
  status: 200,
  errorCode: '',
  attempts: 1,
  tokensInput: 1,
  tokensInputCached: 0,
  tokensInputCacheWrite: 0,
  tokensInputCacheWrite1h: 0,
  tokensInputAudio: 0,
  tokensOutput: 1,
  tokensOutputReasoning: 0,
  tokensOutputAudio: 0,
  usageSource: 'provider',
  costNanoUsd: null,
  priceSource: '',
  timeToFirstTokenUs: 1,
  totalUs: 2,
  overheadUs: 1,
  charges: [
    { quota: 'team:t#requests/day', slot: 86_400_000, amount: 1 },
    { quota: 'team:t#tokens/day', slot: null, amount: 2 },
  ],
};
