import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { completion } from '../support/chunks.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { answer } from '../support/provider-scripts.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, putModel, putProvider, type Tenant, uniqueName } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = connectStack(inject('stack'));
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];
const PATH = '/status?deep=1';

let checked: Provider;
let spare: Provider;
let tenant: Tenant;
let isUp = true;
beforeAll(async () => {
  [checked, spare] = [await startProvider(), await startProvider()];
  // Its chats work all the time: only what it says of itself puts it aside.
  checked.play((response, call) =>
    call.path === PATH
      ? answer(isUp ? 204 : 503, '')(response, call)
      : answer(200, completion('checked'))(response, call),
  );
  spare.play(answer(200, completion('spare')));
  tenant = await openTenant(stack, { type: 'mock' });
});
afterAll(() => Promise.all([checked.close(), spare.close()]));

const metric = async (line: string): Promise<boolean> =>
  (await (await fetch(`${stack.gatewayUrl}/metrics`)).text()).includes(`${line}\n`);

test('a provider whose health checks fail is left alone until one succeeds, or it has no check any more', async () => {
  const [provider, other, model] = [uniqueName('checked'), uniqueName('spare'), uniqueName('model')];
  const type = 'openai-compatible';
  const healthCheck = { path: PATH, interval: '1s', timeout: '500ms' };
  const put = (check: object) =>
    putProvider(provider, { type, baseUrl: checked.baseUrl, apiKey: { value: 'sk-check' }, ...check });
  const deployments = [
    { name: 'first', provider, model: 'm' },
    { name: 'second', provider: other, model: 'm', order: 2 },
  ];
  await stack.commit([
    put({ healthCheck }),
    putProvider(other, { type, baseUrl: spare.baseUrl }),
    putModel(model, { deployments }),
  ]);
  const deployment = async () => {
    const { response } = await tenant.client.chat.completions.create({ model, messages: MESSAGES }).withResponse();
    return response.headers;
  };
  const servedBy = async () => (await deployment()).get('x-tollgate-deployment');

  await waitFor('a check', () => checked.calls.some(({ path }) => path === PATH));
  expect(await servedBy()).toBe('first');
  const call = checked.calls.find(({ path }) => path === PATH);
  expect(call?.headers.authorization).toBe('Bearer sk-check');

  isUp = false;
  await waitFor('the provider to be down', () => metric(`tollgate_provider_down{provider="${provider}"} 1`));
  const headers = await deployment();
  expect(headers.get('x-tollgate-deployment')).toBe('second');
  expect(headers.get('x-tollgate-attempts')).toBe('1');
  expect(await metric(`tollgate_deployment_cooling{model="${model}",deployment="first"} 1`)).toBe(true);
  expect(await stack.waitForRecord(headers.get('x-tollgate-request-id'))).toMatchObject({ deployment: 'second' });

  isUp = true;
  await waitFor('the provider to be up', () => metric(`tollgate_provider_down{provider="${provider}"} 0`));
  expect(await servedBy()).toBe('first');

  isUp = false;
  await waitFor('the provider to be down', () => metric(`tollgate_provider_down{provider="${provider}"} 1`));
  await stack.commit([put({})]);
  expect(await servedBy()).toBe('first');
  expect(await metric(`tollgate_provider_down{provider="${provider}"} 1`)).toBe(false);
});

test('plans refuse checks of the mock, and those that lead elsewhere', async () => {
  const refused = (spec: object) =>
    stack.commit([putProvider(uniqueName('p'), spec)]).catch((error: Error) => error.message);
  expect(await refused({ type: 'mock', healthCheck: { path: '/' } })).toMatch(/healthCheck/);
  expect(await refused({ type: 'vllm', baseUrl: checked.baseUrl, healthCheck: { path: '//evil.example/' } })).toMatch(
    /healthCheck\.path/,
  );
});
