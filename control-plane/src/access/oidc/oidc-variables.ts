import { z } from 'zod';
import type { OidcConfig } from './oidc-client.ts';

/** The identity provider with which users may sign in; all of it or nothing. */
export const oidcVariables = {
  TOLLGATE_OIDC_ISSUER: z
    .url({ protocol: /^https?$/, error: 'the issuer of the identity provider, such as https://login.example' })
    .optional(),
  TOLLGATE_OIDC_CLIENT_ID: z.string().min(1).optional(),
  TOLLGATE_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  /** Domains such as `example.com,example.org`. */
  TOLLGATE_OIDC_NEW_USER_DOMAINS: z
    .string()
    .regex(/^[A-Za-z0-9.-]+( *, *[A-Za-z0-9.-]+)*$/, 'domains separated by commas, such as example.com,example.org')
    .transform((text) => text.toLowerCase().split(/ *, */))
    .default([]),
};

type OidcVariables = {
  readonly TOLLGATE_OIDC_ISSUER?: string | undefined;
  readonly TOLLGATE_OIDC_CLIENT_ID?: string | undefined;
  readonly TOLLGATE_OIDC_CLIENT_SECRET?: string | undefined;
};

/**
 * @returns undefined if no provider is configured
 * @throws Error if only a part is
 */
export function toOidcConfig(variables: OidcVariables): OidcConfig | undefined {
  const { TOLLGATE_OIDC_ISSUER: issuer, TOLLGATE_OIDC_CLIENT_ID: clientId } = variables;
  const clientSecret = variables.TOLLGATE_OIDC_CLIENT_SECRET;
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return undefined;
  if (issuer === undefined || clientId === undefined) {
    throw new Error('TOLLGATE_OIDC_ISSUER and TOLLGATE_OIDC_CLIENT_ID must be set together');
  }
  return { issuer: new URL(issuer), clientId, ...(clientSecret !== undefined && { clientSecret }) };
}
