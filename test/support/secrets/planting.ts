import { randomBytes } from 'node:crypto';
import { completion } from '../chunks.ts';
import { type Provider, type ProviderScript, startProvider } from '../provider.ts';
import { answer, raw, reset } from '../provider-scripts.ts';
import type { Stack } from '../stack.ts';
import { waitFor } from '../wait-for.ts';
import type { Planted } from './hunt.ts';

/** The name of every entity that is planted, so that one name asks for each of them. */
export const PLANTED_NAME = 'planted';
export const OIDC_SECRET = `oidc-${randomBytes(12).toString('hex')}`;

export type Planting = {
  /** Secrets that no answer may have but the one that makes them. */
  readonly secrets: Planted;
  /** Data of people, which those who may read them read. */
  readonly personal: Planted;
  /** Everything that clients of the gateway and of the API were answered, but for what is shown once. */
  readonly answers: readonly string[];
  /** An open draft that holds secrets and personal data. */
  readonly draftId: string;
  close(): Promise<void>;
};

const secret = (name: string) => `${name}-${randomBytes(12).toString('hex')}`;
const MESSAGES = [{ role: 'user', content: 'Hello' }];

/** Uses every kind of secret in earnest, and in ways that go wrong, against a stack of its own. */
export async function plantSecrets(stack: Stack): Promise<Planting> {
  const provider = await startProvider();
  const given = {
    credential: secret('credential'),
    nextCredential: secret('credential'),
    deletedCredential: secret('credential'),
    webhookSecret: secret('webhook'),
    endpointKey: secret('endpoint'),
    givenKey: secret('sk-given'),
    rotatedKey: secret('sk-rotated'),
    password: secret('password'),
    nextPassword: secret('password'),
    wrongPassword: secret('password'),
    draftCredential: secret('credential'),
    draftKey: secret('sk-draft'),
  };
  const personal = {
    email: `${secret('mail')}@example.test`,
    displayName: secret('Ada'),
    customerName: secret('Customer'),
    erasedEmail: `${secret('gone')}@example.test`,
    erasedName: secret('Gone'),
    draftEmail: `${secret('draft')}@example.test`,
  };
  const answers: string[] = [];
  const { issuedSecrets } = await declare(stack, provider, given, personal);
  await callGateway({ stack, provider, given, issuedKey: issuedSecrets[0]?.secret ?? '', answers });
  const rotated = await changeAll(stack, provider, given);
  const draftId = await propose(stack, provider, given, personal);
  const people = await signIn(stack, given, personal, answers);
  const { issueServiceToken } = await stack.graphql<{ issueServiceToken: { readonly token: string } }>(
    'mutation { issueServiceToken(serviceAccount: "planted", scopes: [CONFIG_READ]) { token } }',
  );
  answers.push(await askAs(stack, issueServiceToken.token, '{ me { name } }'));
  const made = { issuedKey: issuedSecrets[0]?.secret ?? '', rotatedIssuedKey: rotated, ...people };
  return {
    secrets: {
      ...given,
      ...made,
      serviceToken: issueServiceToken.token,
      adminToken: stack.adminToken,
      oidcSecret: OIDC_SECRET,
    },
    personal,
    answers,
    draftId,
    close: () => provider.close(),
  };
}

type Given = Readonly<Record<string, string>>;

function declare(stack: Stack, { baseUrl }: Provider, given: Given, personal: Given) {
  const name = PLANTED_NAME;
  const openai = (apiKey: string | undefined) => ({ type: 'openai', baseUrl, apiKey: { value: apiKey } });
  return stack.commit([
    { putProvider: { name, spec: openai(given['credential']) } },
    { putProvider: { name: 'deleted', spec: openai(given['deletedCredential']) } },
    { putModel: { name, spec: { deployments: [{ provider: name, model: 'gpt-4o-mini' }] } } },
    { putVirtualKey: { name, spec: {} } },
    { putVirtualKey: { name: 'given', spec: { secret: { value: given['givenKey'] } } } },
    { putWebhook: { name, spec: { url: baseUrl, secret: { value: given['webhookSecret'] } } } },
    {
      putPassThroughEndpoint: { name: `/${name}`, spec: { target: baseUrl, apiKey: { value: given['endpointKey'] } } },
    },
    { putUser: { name, spec: { email: personal['email'], displayName: personal['displayName'] } } },
    { putUser: { name: 'erased', spec: { email: personal['erasedEmail'], displayName: personal['erasedName'] } } },
    { putCustomer: { name, spec: { displayName: personal['customerName'] } } },
    { putServiceAccount: { name, spec: {} } },
    {
      put: {
        kind: 'ROLE_BINDING',
        name,
        spec: { subject: { user: name }, role: 'platform-viewer', on: { platform: true } },
      },
    },
  ]);
}

/** What a provider answers well, badly, and in ways that repeat what it was sent. */
function scriptsFor(credential: string | undefined): readonly ProviderScript[] {
  return [
    answer(200, completion('fine')),
    answer(401, { error: { message: `Incorrect API key provided: ${credential}` } }),
    answer(500, `<html>Authorization: Bearer ${credential}</html>`),
    raw(`HTTP/1.1 200 OK\r\nx-echo: ${credential}\r\ncontent-length: 4\r\n\r\noops`),
    reset,
  ];
}

async function callGateway(deps: {
  readonly stack: Stack;
  readonly provider: Provider;
  readonly given: Given;
  readonly issuedKey: string;
  readonly answers: string[];
}): Promise<void> {
  const { stack, provider, given, issuedKey, answers } = deps;
  async function call(key: string | undefined, isStream: boolean): Promise<void> {
    const response = await fetch(`${stack.gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ model: PLANTED_NAME, messages: MESSAGES, stream: isStream }),
    });
    answers.push(JSON.stringify([...response.headers]), await response.text());
  }
  for (const script of scriptsFor(given['credential'])) {
    provider.play(script);
    for (const isStream of [false, true]) await call(issuedKey, isStream);
  }
  provider.play(answer(200, completion('fine')));
  await call(given['givenKey'], false);
  await call(`${given['givenKey']}wrong`, false);
  await waitFor(
    'the rows to have arrived',
    async () => (await stack.usageRequests({ keys: [PLANTED_NAME, 'given'] })).length === 11,
    20_000,
  );
}

/** Changes what can be changed, rotates, deletes and erases. @returns the key's secret that was made */
async function changeAll(stack: Stack, { baseUrl }: Provider, given: Given): Promise<string> {
  const apiKey = { value: given['nextCredential'] };
  const { issuedSecrets } = await stack.commit([
    { putProvider: { name: PLANTED_NAME, spec: { type: 'openai', baseUrl, apiKey } } },
    { delete: { kind: 'PROVIDER', name: 'deleted' } },
    { rotateVirtualKey: { name: PLANTED_NAME, grace: '1h' } },
    { rotateVirtualKey: { name: 'given', secret: { value: given['rotatedKey'] } } },
    { eraseUser: { name: 'erased' } },
  ]);
  return issuedSecrets[0]?.secret ?? '';
}

async function propose(stack: Stack, { baseUrl }: Provider, given: Given, personal: Given): Promise<string> {
  const changes = [
    { putProvider: { name: 'draft', spec: { type: 'openai', baseUrl, apiKey: { value: given['draftCredential'] } } } },
    { putVirtualKey: { name: 'draft', spec: { secret: { value: given['draftKey'] } } } },
    { putUser: { name: 'draft', spec: { email: personal['draftEmail'] } } },
  ];
  const { proposeDraft } = await stack.graphql<{ proposeDraft: { readonly draft: { readonly id: string } | null } }>(
    'mutation ($input: ProposeDraftInput!) { proposeDraft(input: $input) { draft { id } problems { message } } }',
    { input: { title: 'planted', changeSet: { changes } } },
  );
  if (proposeDraft.draft === null) throw new Error(`the draft was refused: ${JSON.stringify(proposeDraft)}`);
  return proposeDraft.draft.id;
}

/** Sets a password, signs in by e-mail address, fails to, changes the password, and fails at the identity provider. */
async function signIn(stack: Stack, given: Given, { email }: Given, answers: string[]) {
  const { createPasswordSetup: setup } = await stack.graphql<{ createPasswordSetup: { readonly token: string } }>(
    'mutation { createPasswordSetup(user: "planted") { token } }',
  );
  async function post(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const response = await fetch(`${stack.controlUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-tollgate-csrf': '1', ...headers },
      body: JSON.stringify(body),
    });
    answers.push(`${path} ${response.status} ${await response.text()}`);
    return response;
  }
  const [password, next] = [given['password'], given['nextPassword']];
  await post('/auth/password-setup', { token: setup.token, password });
  await post('/auth/password-setup', { token: setup.token, password });
  await post('/auth/sign-in', { login: email, password: given['wrongPassword'] });
  const signedIn = await post('/auth/sign-in', { login: email, password });
  const cookie = /tollgate-session=([^;]+)/.exec(signedIn.headers.get('set-cookie') ?? '')?.[1] ?? '';
  await post('/auth/password', { current: password, next }, { cookie: `tollgate-session=${cookie}` });
  await post('/auth/sign-in', { login: email, password: { nested: given['wrongPassword'] } });
  answers.push(await failAtIdentityProvider(stack));
  return { passwordSetup: setup.token, sessionCookie: cookie };
}

async function failAtIdentityProvider({ controlUrl }: Stack): Promise<string> {
  const start = await fetch(`${controlUrl}/auth/oidc/start`, { redirect: 'manual' });
  const state = new URL(start.headers.get('location') ?? '').searchParams.get('state') ?? '';
  const cookie = start.headers.get('set-cookie')?.split(';')[0] ?? '';
  const back = await fetch(`${controlUrl}/auth/oidc/callback?code=any&state=${state}`, { headers: { cookie } });
  return `${back.status} ${await back.text()}`;
}

async function askAs({ controlUrl }: Stack, token: string, query: string): Promise<string> {
  const response = await fetch(`${controlUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  return response.text();
}
