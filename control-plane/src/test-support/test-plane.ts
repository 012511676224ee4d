import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { type ControlPlane, type ControlPlaneConfig, createControlPlane } from '../control-plane.ts';
import { createEmptyDatabase } from './empty-database.ts';
import { TEST_SEAL_KEY } from './fixed-ports.ts';

export const TEST_ADMIN_TOKEN = 'a-token-for-tests-only';

export type TestPlane = ControlPlane & {
  readonly databaseUrl: string;
  /** All that was logged, as text. */
  logged(): string;
  /** Posts to `/graphql` with the admin token. */
  ask(query: string, variables?: object): Promise<GraphQLAnswer>;
};

export type GraphQLAnswer = {
  readonly status: number;
  readonly data: Record<string, never>;
  readonly errors: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
};

/** A whole control plane on a free port, with a database of its own unless it shares one; it stops with the test. */
export async function startTestPlane(
  options: Partial<
    Pick<ControlPlaneConfig, 'databaseUrl' | 'analyticsUrl' | 'oidc' | 'newcomerDomains' | 'publicUrl'>
  > = {},
): Promise<TestPlane> {
  const databaseUrl = options.databaseUrl ?? (await createEmptyDatabase());
  const lines: string[] = [];
  const plane = await createControlPlane({
    ...options,
    databaseUrl,
    sealKey: TEST_SEAL_KEY,
    adminToken: TEST_ADMIN_TOKEN,
    host: '127.0.0.1',
    port: 0,
    analyticsUrl: options.analyticsUrl ?? 'http://127.0.0.1:9',
    logger: pino({ level: 'trace' }, { write: (line) => lines.push(line) }),
  });
  onTestFinished(plane.stop);
  return {
    ...plane,
    databaseUrl,
    logged: () => lines.join(''),
    ask: (query, variables = {}) => askGraphQL(plane.url, JSON.stringify({ query, variables })),
  };
}

export async function askGraphQL(
  url: string,
  body: string,
  headers: Record<string, string> = { authorization: `Bearer ${TEST_ADMIN_TOKEN}` },
): Promise<GraphQLAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, errors: [], ...((await response.json()) as object) } as unknown as GraphQLAnswer;
}
