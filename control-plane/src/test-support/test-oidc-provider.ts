import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration } from 'oidc-provider';
import { onTestFinished } from 'vitest';

export type TestPerson = {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
};

export type TestOidcProvider = {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What a browser does in which a person signs in at the provider: from its first URL to the one it is sent back to. */
  signIn(url: URL, person: TestPerson): Promise<URL>;
};

const HOPS_MAX = 10;

/** A certified OpenID provider on loopback, which asks for PKCE, and at which everybody is who they say. It stops with the test. */
export async function startTestOidcProvider(redirectUrl: string): Promise<TestOidcProvider> {
  const people = new Map<string, TestPerson>();
  let present: TestPerson | undefined;
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  const issuer = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const client = { client_id: 'tollgate', client_secret: 'a-client-secret-for-tests' };
  const provider = new Provider(issuer.origin, {
    clients: [{ ...client, redirect_uris: [redirectUrl] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    cookies: { keys: ['a-cookie-key-for-tests'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context, sub) => ({ accountId: sub, claims: async () => people.get(sub) ?? { sub } }),
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        clientId: client.client_id,
        ...(oidc.session?.accountId !== undefined && { accountId: oidc.session.accountId }),
      });
      grant.addOIDCScope('openid email');
      await grant.save();
      return grant;
    },
  } satisfies Configuration);
  const handle = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return void handle(request, response);
    void provider.interactionFinished(request, response, { login: { accountId: present?.sub ?? 'nobody' } });
  });

  return {
    issuer,
    clientId: client.client_id,
    clientSecret: client.client_secret,
    async signIn(url, person) {
      people.set(person.sub, person);
      present = person;
      const cookies = new Map<string, string>();
      let next = url;
      for (let hop = 0; hop < HOPS_MAX && next.origin === issuer.origin; hop += 1) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const response = await fetch(next, { redirect: 'manual', headers: { cookie } });
        for (const set of response.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
          cookies.set(name, value);
        }
        const location = response.headers.get('location');
        if (location === null) throw new Error(`the provider answered ${response.status}: ${await response.text()}`);
        next = new URL(location, next);
      }
      return next;
    },
  };
}
