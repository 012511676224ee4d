import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { completion } from '../support/chunks.ts';
import { BODY_BYTES_MAX } from '../support/e2e.setup.ts';
import { jsonOf, type Provider, startProvider } from '../support/provider.ts';
import { answer } from '../support/provider-scripts.ts';
import { chatRequest, exchangeRaw, jsonBodyOf, openRaw, statusOf } from '../support/raw-http.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, type Tenant } from '../support/tenant.ts';

const stack = connectStack(inject('stack'));
let provider: Provider;
let tenant: Tenant;

beforeAll(async () => {
  provider = await startProvider();
  provider.play(answer(200, completion('fine')));
  tenant = await openTenant(stack, {
    type: 'openai',
    baseUrl: provider.baseUrl,
    apiKey: 'credential-of-hostile-tests',
  });
});
afterAll(() => provider.close());

/** Whatever came before: the same process still answers, and the provider saw no header but the gateway's own. */
afterEach(async () => {
  const [pidBefore, answered] = [stack.nodePid, await send(chatBody())];
  expect(statusOf(answered)).toBe(200);
  expect(() => process.kill(pidBefore, 0)).not.toThrow();
  const names = new Set(provider.calls.flatMap(({ headers }) => Object.keys(headers)));
  expect([...names].filter((name) => !EXPECTED_HEADERS.has(name))).toEqual([]);
});

const EXPECTED_HEADERS = new Set([
  'host',
  'connection',
  'content-type',
  'content-length',
  'accept-encoding',
  'user-agent',
  'authorization',
]);

const chatBody = (more: object = {}): string =>
  JSON.stringify({ model: tenant.model, messages: [{ role: 'user', content: 'Hello' }], ...more });
const send = (body: string | Buffer, headerLines?: readonly string[]) =>
  exchangeRaw(stack.gatewayUrl, chatRequest(tenant.secret, body, headerLines));

/** Refused with this status; a connection that is closed without an answer is a refusal as well where it says so. */
async function expectRefused(answered: Promise<string>, statuses: readonly number[]): Promise<void> {
  const calls = provider.calls.length;
  expect(statuses).toContain(statusOf(await answered));
  expect(provider.calls.length).toBe(calls);
}

const CLOSED = 0;

describe('heads', () => {
  test('a huge header', () =>
    expectRefused(send(chatBody(), [`X-Filler: ${'x'.repeat(200_000)}`]), [CLOSED, 400, 431]));

  test('very many headers', () =>
    expectRefused(
      send(
        chatBody(),
        Array.from({ length: 5_000 }, (_, index) => `X-${index}: y`),
      ),
      [CLOSED, 400, 431],
    ));

  test('a header without end', async () => {
    const connection = await openRaw(stack.gatewayUrl);
    connection.socket.write(`POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX-Endless: ${'x'.repeat(1_000_000)}`);
    expect([CLOSED, 400, 431]).toContain(statusOf(await connection.closed(2_000)));
    connection.socket.destroy();
  });

  test.each([
    ['CR LF', `x\r\nX-Injected: 1`],
    ['LF alone', `x\nX-Injected: 1`],
    ['CR alone', `x\rX-Injected: 1`],
    ['NUL', `x\u0000y`],
    ['bytes over 127', Buffer.from([0xff, 0xfe]).toString('latin1')],
  ])('%s in a header’s value never reaches the provider', async (_what, value) => {
    const request = chatRequest(tenant.secret, chatBody(), [`X-Tricky: ${value}`, `User-Agent: ${value}`]);
    expect([CLOSED, 200, 400]).toContain(statusOf(await exchangeRaw(stack.gatewayUrl, request)));
  });

  test('a key with control characters is unknown', () =>
    expectRefused(exchangeRaw(stack.gatewayUrl, chatRequest(`sk-tg-\u0001\u0002`, chatBody())), [CLOSED, 400, 401]));

  test('other methods, paths and versions are told apart', async () => {
    const request = (line: string) =>
      exchangeRaw(stack.gatewayUrl, `${line}\r\nHost: x\r\nConnection: close\r\n\r\n`, 1_000);
    expect(statusOf(await request('GET /v1/chat/completions HTTP/1.1'))).toBe(405);
    expect(statusOf(await request('GET /v1/%2e%2e/%00 HTTP/1.1'))).toBe(404);
    expect([CLOSED, 400, 505]).toContain(statusOf(await request('GET /healthz HTTP/3.7')));
    expect([CLOSED, 400, 505]).toContain(statusOf(await request('\u0000\u0001\u0002')));
  });
});

describe('request smuggling', () => {
  const SMUGGLED = 'GET /v1/models HTTP/1.1\r\nHost: x\r\nX-Injected: 1\r\n\r\n';
  const head = (lines: readonly string[]) =>
    ['POST /v1/chat/completions HTTP/1.1', 'Host: x', `Authorization: Bearer ${tenant.secret}`, ...lines, '', ''].join(
      '\r\n',
    );

  test.each([
    ['both Content-Length and Transfer-Encoding', ['Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
    ['Transfer-Encoding before Content-Length', ['Transfer-Encoding: chunked', 'Content-Length: 4'], '0\r\n\r\n'],
    ['two Content-Length that differ', ['Content-Length: 0', 'Content-Length: 60'], ''],
    ['a Content-Length with a sign', ['Content-Length: +5'], 'hello'],
    ['a negative Content-Length', ['Content-Length: -1'], ''],
    ['an unknown Transfer-Encoding', ['Transfer-Encoding: xchunked'], '0\r\n\r\n'],
    ['a blank before the colon', ['Transfer-Encoding : chunked', 'Content-Length: 4'], '0\r\n\r\n'],
    ['a chunk size that is none', ['Transfer-Encoding: chunked'], 'zz\r\nhello\r\n0\r\n\r\n'],
    ['a chunk size without bounds', ['Transfer-Encoding: chunked'], 'ffffffffffffffffff\r\nhello\r\n0\r\n\r\n'],
  ])('%s: no second request is answered', async (_what, lines, body) => {
    const answered = await exchangeRaw(stack.gatewayUrl, `${head(lines)}${body}${SMUGGLED}`, 1_500);
    expect([CLOSED, 400, 413]).toContain(statusOf(answered));
    expect(answered).not.toContain('"object":"list"');
  });
});

describe('bodies', () => {
  test('at the limit is taken, over it is 413, with its length told before or not', async () => {
    const fit = chatBody({ user: 'x'.repeat(BODY_BYTES_MAX - Buffer.byteLength(chatBody({ user: '' }))) });
    expect(Buffer.byteLength(fit)).toBe(BODY_BYTES_MAX);
    expect(statusOf(await send(fit))).toBe(200);
    const over = chatBody({ user: 'x'.repeat(BODY_BYTES_MAX) });
    await expectRefused(send(over), [413]);

    const connection = await openRaw(stack.gatewayUrl);
    connection.socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tenant.secret}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    for (let sent = 0; sent < over.length && statusOf(connection.received()) === 0; sent += 65_536) {
      const piece = over.slice(sent, sent + 65_536);
      connection.socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
      await new Promise(setImmediate);
    }
    connection.socket.write('0\r\n\r\n');
    await connection.closed(1_000);
    expect(statusOf(connection.received())).toBe(413);
    connection.socket.destroy();
  });

  test('a chunked body is taken like any other', async () => {
    const body = chatBody();
    const chunks = [body.slice(0, 10), body.slice(10)]
      .map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`)
      .join('');
    const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tenant.secret}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
    expect(statusOf(await exchangeRaw(stack.gatewayUrl, `${head}${chunks}0\r\n\r\n`))).toBe(200);
    expect(jsonOf(provider.lastCall())).toMatchObject({ messages: [{ content: 'Hello' }] });
  });

  test.each([
    ['nothing', '', 'invalid_json'],
    ['no JSON', '{"model": nope', 'invalid_json'],
    ['a list', '[]', 'invalid_request'],
    ['a number', '1', 'invalid_request'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 'invalid_json'],
    ['a UTF-8 byte order mark', '\ufeff{}', 'invalid_json'],
    ['100,000 levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'invalid_request'],
    [
      '100,000 levels within a field',
      `{"model":"m","messages":[],"x":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
      'invalid_request',
    ],
  ])('of %s: 400 in OpenAI’s shape', async (_what, body, code) => {
    const answered = await send(body);
    expect(statusOf(answered)).toBe(400);
    expect(jsonBodyOf(answered)).toMatchObject({
      error: { code, type: 'invalid_request_error', message: expect.any(String) },
    });
  });

  test('__proto__ and constructor are names like others: they change nothing here and pass as they are', async () => {
    const body = `{"__proto__":{"stream":true,"model":"evil"},"constructor":{"prototype":{"stream":true}},${chatBody().slice(1)}`;
    const answered = await send(body);
    expect(statusOf(answered)).toBe(200);
    expect(answered).toContain('application/json');
    expect(provider.lastCall().body.toString()).toContain('"__proto__":{"stream":true,"model":"evil"}');
    await expectRefused(send('{"__proto__":{"model":"m","messages":[{"role":"user","content":"x"}]}}'), [400]);
  });

  test('a model that is named twice goes upstream as the one model that was checked', async () => {
    const twice = `{"model":"gpt-4o","Model":"evil",${chatBody().slice(1)}`;
    expect(statusOf(await send(twice))).toBe(200);
    const sent = provider.lastCall().body.toString();
    expect(sent).not.toContain('evil');
    expect(sent.match(/gpt-4o-mini/g)).toHaveLength(3);
    await expectRefused(send(`${chatBody().slice(0, -1)},"model":"no-such-model"}`), [404]);
  });

  test.each([
    'a\r\nX-Injected: 1',
    'a\nb',
    'a\u0000b',
    '\u2028',
    'ä',
    `${'x'.repeat(5_000)}`,
    '*',
    '__proto__',
    'constructor',
    '../../etc/passwd',
  ])('the model name %j is unknown, and is not a header of the answer', async (model) => {
    const answered = await send(chatBody({ model }));
    expect(statusOf(answered)).toBe(404);
    expect(answered.slice(0, answered.indexOf('\r\n\r\n'))).not.toMatch(/injected|x-tollgate-model/i);
    expect(jsonBodyOf(answered)).toMatchObject({ error: { code: 'model_not_found', param: 'model' } });
  });
});
