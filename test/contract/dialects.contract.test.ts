import { existsSync, readdirSync, readFileSync } from 'node:fs';
import {
  type ChatRequest,
  createAnthropicMessages,
  type Dialect,
  mockAnswer,
  mockChunks,
  openaiChat,
  parseChatRequest,
} from '@tollgate/data-plane';
import { findProviderRow } from '@tollgate/schema';
import { describe, expect, test } from 'vitest';
import { hasSpec, openSchemas, type SchemaName } from './openai-schema.ts';

const RECORDINGS = new URL('../../../shared/recordings/vercel-ai/', import.meta.url);
const hasRecordings = existsSync(RECORDINGS);
if (!hasRecordings) console.log('The recordings are not here: the contract tests of recorded answers are skipped.');

const anthropic = createAnthropicMessages({ now: () => 1_700_000_000_000 });
const identity = { requestId: 'r1', model: 'mock', createdSeconds: 1_700_000_000 };

function requestOf(more: object): ChatRequest {
  const parsed = parseChatRequest(
    Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hello there' }], ...more })),
  );
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.request;
}

const schemaCheck = hasSpec ? openSchemas() : undefined;
const STREAM = requestOf({ stream: true, stream_options: { include_usage: true } });

function recordings(folder: string, ending: string): readonly string[] {
  return hasRecordings
    ? readdirSync(new URL(folder, RECORDINGS))
        .filter((name) => name.endsWith(ending))
        .map((name) => folder + name)
    : [];
}

function read(name: string): string {
  return readFileSync(new URL(name, RECORDINGS), 'utf8');
}

function expectValid(name: SchemaName, value: unknown): void {
  const check = schemaCheck?.(name);
  check?.(value);
  expect({ value, errors: check?.errors }).toEqual({ value, errors: null });
}

function expectValidStream(output: Buffer): void {
  const events = output
    .toString()
    .split('\n\n')
    .filter((frame) => frame !== '');
  expect(events.at(-1)).toBe('data: [DONE]');
  expect(events.length).toBeGreaterThan(2);
  for (const event of events.slice(0, -1))
    expectValid('CreateChatCompletionStreamResponse', JSON.parse(event.slice('data: '.length)));
}

/** Some recordings hold several streams, one after the other. */
function eventsOf(name: string): readonly string[][] {
  const streams: string[][] = [[]];
  for (const line of read(name)
    .split('\n')
    .filter((text) => text.trim() !== '')) {
    streams.at(-1)?.push(line);
    if (line.includes('"type":"message_stop"')) streams.push([]);
  }
  return streams.filter((stream) => stream.length > 0);
}

function play(dialect: Dialect, bytes: Buffer): Buffer {
  const stream = dialect.openStream(STREAM, { row: rowOf('anthropic'), upstreamModel: 'm' });
  return Buffer.concat([stream.push(bytes), stream.end()]);
}

function rowOf(id: string) {
  const row = findProviderRow(id);
  if (row === undefined) throw new Error(`the catalogue has no row for ${id}`);
  return row;
}

describe.skipIf(!hasSpec)("what the dialects make is valid by OpenAI's own schemas", () => {
  test.skipIf(!hasRecordings).each(recordings('anthropic/', '.json'))('the translated answer %s', (name) => {
    const answer = anthropic.decodeAnswer(Buffer.from(read(name)));
    if (!answer.ok) throw new Error('was refused');
    expectValid('CreateChatCompletionResponse', JSON.parse(answer.body.toString()));
  });

  test.skipIf(!hasRecordings).each(recordings('anthropic/', '.chunks.txt'))('the translated stream %s', (name) => {
    for (const events of eventsOf(name)) {
      const bytes = Buffer.from(events.map((data) => `event: x\ndata: ${data}\n\n`).join(''));
      expectValidStream(play(anthropic, bytes));
    }
  });

  test.skipIf(!hasRecordings)("OpenAI's own stream with its usage taken out", () => {
    const [events = []] = eventsOf('openai/chat/openai-text.chunks.txt');
    const stream = openaiChat.openStream(requestOf({ stream: true }), { row: rowOf('openai'), upstreamModel: 'm' });
    expectValidStream(stream.push(Buffer.from([...events, '[DONE]'].map((data) => `data: ${data}\n\n`).join(''))));
  });

  const tools = [{ type: 'function', function: { name: 'f' } }];
  test.each([{}, { max_tokens: 1 }, { tools, tool_choice: 'required' }, { response_format: { type: 'json_object' } }])(
    'the mock’s answers to %j',
    (more) => {
      const whole = mockAnswer(requestOf(more), {}, identity);
      expectValid('CreateChatCompletionResponse', JSON.parse(whole.body.toString()));
      const streamed = requestOf({ ...more, stream: true, stream_options: { include_usage: true } });
      expectValidStream(Buffer.concat([...mockChunks(streamed, {}, identity)]));
    },
  );

  test('the errors', () => {
    for (const text of [
      '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
      '<html>',
      '{"detail":"x"}',
    ]) {
      for (const dialect of [anthropic, openaiChat]) {
        expectValid('ErrorResponse', dialect.decodeError(529, Buffer.from(text)));
      }
    }
  });
});
