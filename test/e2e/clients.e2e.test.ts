import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { chunkFrame, completion } from '../support/chunks.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { answer, flood, hang, streamInTwo, thenEnd } from '../support/provider-scripts.ts';
import { chatRequest, openRaw } from '../support/raw-http.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, type Tenant } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';

const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];
const MIB = 1_048_576;

const stack = connectStack(inject('stack'));
let provider: Provider;
let tenant: Tenant;

beforeAll(async () => {
  provider = await startProvider();
  tenant = await openTenant(stack, { type: 'openai', baseUrl: provider.baseUrl, apiKey: 'credential-of-client-tests' });
});
afterAll(() => provider.close());

/** Resident memory of the node's process, bytes, as Linux tells it. */
async function nodeRss(): Promise<number> {
  const status = await readFile(`/proc/${stack.nodePid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
}

async function gauge(name: string): Promise<number> {
  const text = await (await fetch(`${stack.gatewayUrl}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

const rowsOf = (causes: readonly string[]) => stack.usageRequests({ keys: [tenant.keyName], causes });

describe('a client that leaves', () => {
  test('in the middle of a stream: the provider’s connection is closed and a row says client_gone', async () => {
    const { script } = streamInTwo(Buffer.concat([chunkFrame('a'), chunkFrame('b')]), hang);
    provider.play(script);
    const { data, response } = await tenant.client.chat.completions
      .create({ model: tenant.model, messages: MESSAGES, stream: true })
      .withResponse();
    for await (const chunk of data) {
      expect(chunk.choices[0]?.delta.content).toBe('a');
      break;
    }
    await provider.waitForAbort();
    const row = await stack.waitForRecord(response.headers.get('x-tollgate-request-id'));
    expect(row).toMatchObject({ cause: 'client_gone', status: 499, usageSource: 'estimated', tokensOutput: 2 });
    expect(row.timeToFirstTokenUs).toBeGreaterThan(0);
  });

  test('before the answer, through the SDK’s abort: the provider’s connection is closed and a row says so', async () => {
    const before = (await rowsOf(['client_gone'])).length;
    const aborted = provider.calls.filter(({ isAborted }) => isAborted).length;
    provider.play(hang);
    const controller = new AbortController();
    const calls = provider.calls.length;
    const call = tenant.client.chat.completions.create(
      { model: tenant.model, messages: MESSAGES },
      { signal: controller.signal },
    );
    const failure = call.then(
      () => 'answered',
      (error: unknown) => (error as Error).constructor.name,
    );
    await waitFor('the provider to be called', () => provider.calls.length > calls);
    controller.abort();
    expect(await failure).toBe('APIUserAbortError');
    await waitFor(
      'the call to be given up',
      () => provider.calls.filter(({ isAborted }) => isAborted).length > aborted,
    );
    const rows = await waitFor('the row', async () => {
      const found = await rowsOf(['client_gone']);
      return found.length > before ? found : undefined;
    });
    expect(rows).toHaveLength(before + 1);
    expect(rows[0]).toMatchObject({ stream: false, status: 499, timeToFirstTokenUs: null });
  });

  test('while its body is on the way: nothing is called, nothing is recorded, nothing is left open', async () => {
    const [calls, rows] = [provider.calls.length, (await rowsOf([])).length];
    const connection = await openRaw(stack.gatewayUrl);
    connection.socket.write(chatRequest(tenant.secret, 'x'.repeat(500_000)).subarray(0, 100_000));
    await waitFor('the request to be open', async () => (await gauge('tollgate_requests_in_flight')) > 0);
    connection.socket.destroy();
    await waitFor('the request to be over', async () => (await gauge('tollgate_requests_in_flight')) === 0);
    expect(provider.calls.length).toBe(calls);
    expect((await rowsOf([])).length).toBe(rows);
  });
});

describe('a client that is slow', () => {
  test('and never reads a fast endless stream pauses the provider; the node’s memory stays bounded', async () => {
    const frame = Buffer.concat(Array.from({ length: 64 }, () => chunkFrame('x'.repeat(900))));
    provider.play(flood(frame));
    const rssBefore = await nodeRss();
    const body = JSON.stringify({ model: tenant.model, messages: MESSAGES, stream: true });
    const connections = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const connection = await openRaw(stack.gatewayUrl);
        connection.socket.pause();
        connection.socket.write(chatRequest(tenant.secret, body));
        return connection;
      }),
    );
    const floods = await waitFor('all streams to begin', () => {
      const open = provider.calls.filter(({ bytesSent, isAborted }) => bytesSent > 0 && !isAborted);
      return open.length === connections.length ? open : undefined;
    });
    const sent = () => floods.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
    let last = -1;
    let quietTimes = 0;
    // The provider has come to a stand once it could send nothing more for a second.
    await waitFor(
      'the provider to be paused',
      () => {
        quietTimes = sent() === last ? quietTimes + 1 : 0;
        last = sent();
        return quietTimes > 40;
      },
      20_000,
    );
    expect(sent()).toBeLessThan(connections.length * 16 * MIB);
    expect((await nodeRss()) - rssBefore).toBeLessThan(128 * MIB);

    for (const { socket } of connections) socket.destroy();
    await waitFor('the floods to be given up', () => floods.every(({ isAborted }) => isAborted));
    await waitFor('their rows', async () => (await rowsOf(['client_gone'])).length >= connections.length);
  });

  test('and reads a long stream in bursts gets all of it', async () => {
    const frames = Array.from({ length: 4_000 }, (_, index) => chunkFrame(`${index} ${'y'.repeat(1_000)}`));
    const { script, release } = streamInTwo(
      Buffer.concat(frames),
      thenEnd(Buffer.concat([chunkFrame('', 'stop'), Buffer.from('data: [DONE]\n\n')])),
    );
    provider.play(script);
    const connection = await openRaw(stack.gatewayUrl);
    connection.socket.pause();
    connection.socket.write(
      chatRequest(tenant.secret, JSON.stringify({ model: tenant.model, messages: MESSAGES, stream: true })),
    );
    const calls = provider.calls.length;
    await waitFor('the provider to be called', () => provider.calls.length > calls - 1);
    release();
    const bursts = setInterval(
      () => (connection.socket.isPaused() ? connection.socket.resume() : connection.socket.pause()),
      20,
    );
    await waitFor('the end of the stream', () => connection.received().includes('data: [DONE]'), 15_000);
    clearInterval(bursts);
    connection.socket.destroy();
    for (const index of [0, 1, 1_999, 3_999]) expect(connection.received()).toContain(`"content":"${index} y`);
    expect(connection.received().split('data: {').length - 1).toBe(4_001);
  });

  test('and stalls within its body is let go by the node itself', { timeout: 60_000 }, async () => {
    const connection = await openRaw(stack.gatewayUrl);
    connection.socket.write(chatRequest(tenant.secret, 'x'.repeat(1_000)).subarray(0, 300));
    await connection.closed(40_000);
    expect(connection.socket.closed).toBe(true);
    await waitFor('the request to be over', async () => (await gauge('tollgate_requests_in_flight')) === 0);
  });
});

describe('many connections', () => {
  test('that open and close, half of them in the middle of a request, leave the node as it was', async () => {
    provider.play(answer(200, completion('fine')));
    const request = chatRequest(tenant.secret, JSON.stringify({ model: tenant.model, messages: MESSAGES }));
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          const connection = await openRaw(stack.gatewayUrl);
          if (index % 2 === 0) connection.socket.write(request.subarray(0, 120 + index));
          connection.socket.destroy();
        }),
      );
    }
    await waitFor('no request to be open', async () => (await gauge('tollgate_requests_in_flight')) === 0);
    const { choices } = await tenant.client.chat.completions.create({ model: tenant.model, messages: MESSAGES });
    expect(choices[0]?.message.content).toBe('fine');
  });
});
