import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { addPages } from './pages.ts';

function createTestApp() {
  let nonces = 0;
  const app = Fastify();
  addPages(app, { graphqlPath: '/graphql', newNonce: () => `nonce-${++nonces}` });
  return app;
}

test.each(['/', '/explorer/'])(
  '%s loads nothing from elsewhere, and runs only what has the nonce of this answer',
  async (url) => {
    const app = createTestApp();
    for (const nonce of ['nonce-1', 'nonce-2']) {
      const { body, headers } = await app.inject(url);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain(`script-src 'self' 'nonce-${nonce}'`);
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      const inline = body.match(/<(script|style)(?![^>]*\bsrc=)[^>]*>/g) ?? [];
      expect(inline.every((tag) => tag.includes(`nonce="${nonce}"`))).toBe(true);
      expect(body).not.toMatch(/(src|href)="(https?:)?\/\//);
    }
  },
);

test('every file that the explorer’s page names is served with its type', async () => {
  const app = createTestApp();
  const { body } = await app.inject('/explorer/');
  const names = [...body.matchAll(/(?:src|href)="([^"/][^"]*)"/g)].flatMap(([, name]) => name ?? []);
  expect(names).toContain('main.js');
  for (const name of names) {
    const { statusCode, headers } = await app.inject(`/explorer/${name}`);
    expect([name, statusCode]).toEqual([name, 200]);
    expect(headers['content-type']).toMatch(/^(text\/(javascript|css)|image\/)/);
  }
});

test.each(['nothing.js', '../index.js', '%2e%2e/index.js', '../../package.json', 'iframe-sandbox/index.html'])(
  'there is no file %s',
  async (name) => expect((await createTestApp().inject(`/explorer/${name}`)).statusCode).toBe(404),
);

test('without scripts, no form of the landing page puts a password into an address', async () => {
  const { body } = await createTestApp().inject('/');
  const forms = body.match(/<form[^>]*>/g) ?? [];
  expect(forms.map((form) => /action="([^"]*)"/.exec(form)?.[1])).toEqual([
    '/auth/sign-in',
    '/auth/password-setup',
    '/auth/sign-out',
  ]);
  expect(forms.every((form) => form.includes('method="post"'))).toBe(true);
});
