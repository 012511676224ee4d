import { expect, test } from 'vitest';
import { z } from 'zod';
import { oidcVariables, toOidcConfig } from './oidc-variables.ts';

const parse = (variables: object) => z.object(oidcVariables).safeParse(variables);

test('without any variable there is no provider, with a part of them the process does not start', () => {
  expect(toOidcConfig({})).toBeUndefined();
  for (const part of [{ TOLLGATE_OIDC_ISSUER: 'https://login.example' }, { TOLLGATE_OIDC_CLIENT_ID: 'tollgate' }]) {
    expect(() => toOidcConfig(part)).toThrow('TOLLGATE_OIDC_ISSUER and TOLLGATE_OIDC_CLIENT_ID must be set together');
  }
  expect(() => toOidcConfig({ TOLLGATE_OIDC_CLIENT_SECRET: 'x' })).toThrow('must be set together');
});

test('a public client has no secret', () => {
  const variables = { TOLLGATE_OIDC_ISSUER: 'https://login.example', TOLLGATE_OIDC_CLIENT_ID: 'tollgate' };
  expect(toOidcConfig(variables)).toEqual({ issuer: new URL('https://login.example'), clientId: 'tollgate' });
});

test('domains are separated by commas and compared in lower case', () => {
  const domainsOf = (text?: string) =>
    parse({ TOLLGATE_OIDC_NEW_USER_DOMAINS: text }).data?.TOLLGATE_OIDC_NEW_USER_DOMAINS;
  expect(domainsOf()).toEqual([]);
  expect(domainsOf('Example.com, example.org')).toEqual(['example.com', 'example.org']);
  for (const text of ['*', '@example.com', 'a,,b', ',']) expect(domainsOf(text)).toBeUndefined();
});
