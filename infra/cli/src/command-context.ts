import { createGraphqlClient, type GraphqlClient } from './api/graphql-client.ts';
import { readAdminToken, readControlPlaneUrl } from './settings.ts';
import type { Environment, Terminal } from './terminal.ts';

/** What a command works with. Each command adds itself to the program and ends with `exitWith`. */
export type CommandContext = {
  readonly terminal: Terminal;
  readonly environment: Environment;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly newId: () => string;
  exitWith(code: number): void;
};

/** @throws UserError if the environment does not say how to reach the control plane. */
export function connect({ environment, fetch }: CommandContext): GraphqlClient {
  return createGraphqlClient({ url: readControlPlaneUrl(environment), token: readAdminToken(environment), fetch });
}

export const printJson = (terminal: Terminal, value: unknown): void => terminal.print(JSON.stringify(value, null, 2));
