import { describe, expect, test } from 'vitest';
import { parseChatRequest } from './parse-chat-request.ts';

const MINIMAL = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };

function parse(body: unknown) {
  return parseChatRequest(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
}

function refusalOf(body: unknown) {
  const result = parse(body);
  if (result.ok) throw new Error('was not refused');
  return result.error;
}

describe('parseChatRequest', () => {
  test('reads what the gateway needs and keeps the very bytes', () => {
    const bytes = Buffer.from(
      JSON.stringify({ ...MINIMAL, stream: true, stream_options: { include_usage: true }, later: 1 }),
    );
    const result = parseChatRequest(bytes);
    expect(result).toMatchObject({
      ok: true,
      request: { model: 'm', stream: true, includeUsage: true, body: { later: 1 } },
    });
    expect(result.ok && result.request.bytes).toBe(bytes);
  });

  test.each([
    ['assistant with tool calls only', { messages: [{ role: 'assistant', tool_calls: [] }] }],
    ['assistant with null content', { messages: [{ role: 'assistant', content: null }] }],
    ['parts of unknown types', { messages: [{ role: 'user', content: [{ type: 'hologram' }] }] }],
    ['roles that are not known yet', { messages: [{ role: 'critic' }] }],
    [
      'nulls for optional fields',
      { stream: null, n: null, tools: null, stop: null, stream_options: null, response_format: null },
    ],
    ['unknown fields of any kind', { x: [{ y: null }], __proto: 1 }],
  ])('lets pass: %s', (_name, more) => {
    expect(parse({ ...MINIMAL, ...more }).ok).toBe(true);
  });

  test.each([
    [{ messages: MINIMAL.messages }, 'model'],
    [{ ...MINIMAL, model: '' }, 'model'],
    [{ ...MINIMAL, model: 5 }, 'model'],
    [{ model: 'm' }, 'messages'],
    [{ model: 'm', messages: [] }, 'messages'],
    [{ model: 'm', messages: {} }, 'messages'],
    [{ model: 'm', messages: ['Hi'] }, 'messages[0]'],
    [{ model: 'm', messages: [...MINIMAL.messages, { content: 'x' }] }, 'messages[1].role'],
    [{ model: 'm', messages: [{ role: 1, content: 'x' }] }, 'messages[0].role'],
    [{ model: 'm', messages: [{ role: 'user' }] }, 'messages[0].content'],
    [{ model: 'm', messages: [{ role: 'tool', content: null }] }, 'messages[0].content'],
    [
      { model: 'm', messages: [...MINIMAL.messages, ...MINIMAL.messages, { role: 'user', content: 5 }] },
      'messages[2].content',
    ],
    [{ model: 'm', messages: [{ role: 'user', content: ['x'] }] }, 'messages[0].content[0]'],
    [{ model: 'm', messages: [{ role: 'user', content: [{ text: 'x' }] }] }, 'messages[0].content[0].type'],
    [{ ...MINIMAL, stream: 'yes' }, 'stream'],
    [{ ...MINIMAL, stream_options: {} }, 'stream_options'],
    [{ ...MINIMAL, stream: true, stream_options: [] }, 'stream_options'],
    [{ ...MINIMAL, stream: true, stream_options: { include_usage: 1 } }, 'stream_options.include_usage'],
    [{ ...MINIMAL, n: 0 }, 'n'],
    [{ ...MINIMAL, max_tokens: 1.5 }, 'max_tokens'],
    [{ ...MINIMAL, max_completion_tokens: 10_000_001 }, 'max_completion_tokens'],
    [{ ...MINIMAL, temperature: '1' }, 'temperature'],
    [{ ...MINIMAL, top_p: {} }, 'top_p'],
    [{ ...MINIMAL, tools: {} }, 'tools'],
    [{ ...MINIMAL, tools: [{ type: 'function' }, {}] }, 'tools[1].type'],
    [{ ...MINIMAL, tool_choice: 1 }, 'tool_choice'],
    [{ ...MINIMAL, response_format: 'json' }, 'response_format'],
    [{ ...MINIMAL, stop: [1] }, 'stop'],
  ])('refuses %j with the path %s', (body, param) => {
    const error = refusalOf(body);
    expect(error).toMatchObject({ code: 'invalid_request', param });
    expect(error.message).toContain(`'${param}'`);
  });

  test('says what was expected and what was found, but not the value', () => {
    expect(refusalOf({ ...MINIMAL, temperature: 'top secret' }).message).toBe(
      "Invalid value for 'temperature': expected a number, but got a string instead.",
    );
  });

  test('refuses bytes that are not UTF-8, not JSON or not an object', () => {
    expect(parseChatRequest(Buffer.from([0x7b, 0xff, 0x7d]))).toMatchObject({ error: { code: 'invalid_json' } });
    expect(refusalOf('{"model": sk-secret}')).toEqual({
      code: 'invalid_json',
      message: expect.not.stringContaining('secret'),
    });
    expect(refusalOf('')).toMatchObject({ code: 'invalid_json' });
    expect(refusalOf('[]')).toMatchObject({ code: 'invalid_request' });
    expect(refusalOf('null')).toMatchObject({ code: 'invalid_request' });
  });

  test.each(['[', '{"a":'])('refuses nesting of %s deeper than 256 levels, however deep', (open) => {
    const close = open === '[' ? ']' : '}';
    const nested = (levels: number) =>
      `{"model":"m","messages":[{"role":"user","content":"Hi"}],"deep":${open.repeat(levels)}1${close.repeat(levels)}}`;
    expect(parse(nested(255)).ok).toBe(true);
    expect(refusalOf(nested(256)).message).toContain('256');
    expect(refusalOf(nested(100_000)).message).toContain('256');
  });

  test('a key such as __proto__ is one like any other', () => {
    const result = parse(
      '{"__proto__":{"model":"evil","stream":true},"model":"m","messages":[{"role":"user","content":"Hi"}]}',
    );
    expect(result).toMatchObject({ ok: true, request: { model: 'm', stream: false } });
    expect(parse('{"__proto__":{"model":"evil"},"messages":[{"role":"user","content":"Hi"}]}').ok).toBe(false);
  });
});
