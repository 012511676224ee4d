import { expect, test } from 'vitest';
import { parseChatRequest } from './parse-chat-request.ts';
import { textBytes } from './text-bytes.ts';

function sizesOf(content: unknown) {
  const tools = [{ type: 'function', function: { name: 'look', description: 'Looks something up.' } }];
  const body = { model: 'm', messages: [{ role: 'user', content }, { role: 'assistant' }], tools };
  const parsed = parseChatRequest(Buffer.from(JSON.stringify(body)));
  if (!parsed.ok) throw new Error(parsed.error.message);
  return { text: textBytes(parsed.request), all: parsed.request.bytes.length };
}

const BASE64 = 'A'.repeat(50_000);

test('of text alone is all of a request, tools included, in bytes', () => {
  const { text, all } = sizesOf('Grüße 👋'.repeat(100));
  expect(text).toBe(all);
  expect(sizesOf([{ type: 'text', text: BASE64 }]).text).toBeGreaterThan(50_000);
});

test.each([
  { type: 'image_url', image_url: { url: `data:image/png;base64,${BASE64}`, detail: 'high' } },
  { type: 'image_url', image_url: `data:image/png;base64,${BASE64}` },
  { type: 'input_audio', input_audio: { data: BASE64, format: 'wav' } },
  { type: 'file', file: { file_data: `data:application/pdf;base64,${BASE64}`, filename: 'a.pdf' } },
])('what stands in a part of type $type is none', (part) => {
  const { text, all } = sizesOf([{ type: 'text', text: 'What is this?' }, part, part]);
  expect(all).toBeGreaterThan(100_000);
  expect(text).toBeLessThan(500);
  expect(text).toBeGreaterThan('What is this?'.length);
});

test('parts that hold nothing, or not what they should, count as they stand', () => {
  const { text, all } = sizesOf([
    { type: 'image_url', image_url: null },
    { type: 'input_audio' },
    { type: 'file', file: 7 },
  ]);
  expect(text).toBe(all);
});
