import { USAGE_RECORD_VERSION, type UsageRecord, type UsageSegment } from '@tollgate/schema';

export const STARTED_AT_MS = Date.UTC(2026, 0, 15, 12);

/** The record number `seq` of a boot, one second after the one before. */
export function recordOf(seq: number, changes: Partial<UsageRecord> = {}): UsageRecord {
  const bootId = changes.bootId ?? 'boot-1';
  return {
    version: USAGE_RECORD_VERSION,
    id: `req_${bootId}_${String(seq).padStart(6, '0')}`,
    nodeId: 'node-1',
    bootId,
    seq,
    revision: 7,
    startedAtMs: STARTED_AT_MS + seq * 1_000,
    endpoint: 'chat.completions',
    stream: seq % 2 === 0,
    keyName: 'search-prod',
    organizationName: 'acme',
    teamName: 'search',
    projectName: 'ranking',
    userName: 'ada',
    customerName: 'globex',
    endUser: 'visitor-7',
    model: 'gpt-4.1',
    deployment: 'primary',
    providerName: 'openai-eu',
    providerType: 'openai',
    upstreamModel: 'gpt-4.1-2025-04-14',
    tags: ['blue', 'eu'],
    cause: 'completed',
    status: 200,
    errorCode: '',
    attempts: 1,
    tokensInput: 100,
    tokensInputCached: 40,
    tokensInputCacheWrite: 0,
    tokensInputCacheWrite1h: 0,
    tokensInputAudio: 0,
    tokensOutput: 20,
    tokensOutputReasoning: 5,
    tokensOutputAudio: 0,
    usageSource: 'provider',
    costNanoUsd: 1_500,
    priceSource: 'genai-prices@0.1.8',
    timeToFirstTokenUs: 120_000,
    totalUs: 900_000,
    overheadUs: 300,
    charges: [],
    ...changes,
  };
}

/** A range of records of one boot, `first` to `last`. */
export function recordsOf(first: number, last: number, changes: Partial<UsageRecord> = {}): readonly UsageRecord[] {
  return Array.from({ length: last - first + 1 }, (_, index) => recordOf(first + index, changes));
}

export function segmentOf(
  id: string,
  records: readonly UsageRecord[],
  extraLines: readonly string[] = [],
): UsageSegment {
  const lines = [...records.map((record) => JSON.stringify(record)), ...extraLines];
  return { id, body: Buffer.from(lines.map((line) => `${line}\n`).join('')) };
}
