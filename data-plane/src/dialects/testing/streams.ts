import type { ProviderRow } from '@tollgate/schema';
import fc from 'fast-check';
import type { ChatRequest } from '../../chat/chat-request.ts';
import { parseChatRequest } from '../../chat/parse-chat-request.ts';
import type { ChatStream, StreamProgress, UpstreamTarget } from '../dialect.ts';

/** Cuts bytes at the given places, wherever they fall. */
export function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((one, other) => one - other);
  return [0, ...ends].map((start, index) => bytes.subarray(start, ends[index] ?? bytes.length));
}

export const cuttingPlaces = fc.array(fc.nat({ max: 200_000 }), { maxLength: 40 });

/** What comes out of a stream of the dialect for these chunks, to its end. */
export function play(
  stream: ChatStream,
  chunks: readonly Buffer[],
): { readonly output: string; readonly progress: StreamProgress } {
  const output = chunks.map((chunk) => Buffer.from(stream.push(chunk)));
  return { output: Buffer.concat([...output, stream.end()]).toString(), progress: stream.progress() };
}

/** The JSON of each chunk of an OpenAI stream, without the last `[DONE]`. */
export function chunksOf(output: string): readonly Record<string, unknown>[] {
  const frames = output.split('\n\n').filter((frame) => frame.startsWith('data: ') && frame !== 'data: [DONE]');
  return frames.map((frame) => JSON.parse(frame.slice(6)) as Record<string, unknown>);
}

export function requestOf(body: Record<string, unknown>): ChatRequest {
  const parsed = parseChatRequest(
    Buffer.from(JSON.stringify({ model: 'public', messages: [{ role: 'user', content: 'Hi' }], ...body })),
  );
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.request;
}

export const STREAM = requestOf({ stream: true });
export const STREAM_WITH_USAGE = requestOf({ stream: true, stream_options: { include_usage: true } });

export function targetOf(upstreamModel: string, row: Partial<ProviderRow> = {}): UpstreamTarget {
  return { upstreamModel, row: { ...ROW, ...row } };
}

const ROW: ProviderRow = {
  id: 'test',
  name: 'Test',
  docs: 'https://example.com',
  checkedAt: '2026-01-01',
  verified: 'none',
  dialect: 'openai-chat',
  paths: { chat: '/chat/completions' },
  auth: { kind: 'bearer' },
  apiKey: 'required',
  streamUsage: true,
};
