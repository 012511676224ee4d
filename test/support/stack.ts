import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort, type RunningTollgate, startPostgres, startTollgate } from '@tollgate/stack';
import { createGraphqlClient, type GraphqlClient } from './graphql.ts';
import { allRequests, type RequestFilter, type RequestRow } from './usage-queries.ts';
import { waitFor } from './wait-for.ts';

/** Where a running stack is to be found; plain data, so that it can be handed to the processes that run tests. */
export type StackAddresses = {
  readonly gatewayUrl: string;
  readonly controlUrl: string;
  readonly adminToken: string;
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly logFile: string;
  readonly nodePid: number;
};

/** One member of GraphQL's `ChangeInput`. */
export type Change = Readonly<Record<string, unknown>>;

export type Commit = {
  readonly committed: boolean;
  readonly revision: number;
  readonly problems: readonly { readonly code: string; readonly message: string; readonly path: string | null }[];
  readonly issuedSecrets: readonly { readonly name: string; readonly secret: string }[];
};

export type FleetNode = {
  readonly nodeId: string;
  readonly revision: number;
  readonly connected: boolean;
  readonly connectedAt: string;
  readonly lastError: string | null;
};

export type Stack = StackAddresses & {
  readonly graphql: GraphqlClient;
  /** Commits changes and waits until the node enforces them. @throws Error with the problems if they are refused. */
  commit(changes: readonly Change[]): Promise<Commit>;
  nodes(): Promise<readonly FleetNode[]>;
  usageRequests(filter: RequestFilter): Promise<readonly RequestRow[]>;
  /** Waits for the record of a request and sees that there is one row of it, not two. */
  waitForRecord(requestId: string | null | undefined): Promise<RequestRow>;
};

const COMMIT = `mutation ($input: ChangeSetInput!) { commitChangeSet(input: $input) {
  committed revision problems { code message path } issuedSecrets { name secret } } }`;

export function connectStack(addresses: StackAddresses): Stack {
  const graphql = createGraphqlClient(addresses.controlUrl, addresses.adminToken);
  const nodes = async () =>
    (await graphql<{ nodes: readonly FleetNode[] }>('{ nodes { nodeId revision connected connectedAt lastError } }'))
      .nodes;
  const usageRequests = (filter: RequestFilter) => allRequests(graphql, filter);
  return {
    ...addresses,
    graphql,
    nodes,
    usageRequests,
    async commit(changes) {
      const { commitChangeSet: commit } = await graphql<{ commitChangeSet: Commit }>(COMMIT, { input: { changes } });
      if (commit.problems.length > 0) throw new Error(commit.problems.map((problem) => JSON.stringify(problem)).join());
      await waitFor(`the node to enforce revision ${commit.revision}`, async () =>
        (await nodes()).some(({ connected, revision }) => connected && revision >= commit.revision),
      );
      return commit;
    },
    async waitForRecord(requestId) {
      if (!requestId) throw new Error('the answer names no request');
      const rows = await waitFor(`a record of ${requestId}`, async () => {
        const found = await usageRequests({ ids: [requestId] });
        return found.length > 0 ? found : undefined;
      });
      const [row, ...more] = rows;
      if (row === undefined || more.length > 0) throw new Error(`${requestId} has ${rows.length} rows`);
      return row;
    },
  };
}

export type StartedStack = {
  readonly addresses: StackAddresses;
  readonly tollgate: RunningTollgate;
  /** Stops all of it and removes the database, whose files may lie outside of the folder. */
  stop(): Promise<void>;
};

/**
 * Starts all of Tollgate on free ports, with a database of its own unless `DATABASE_URL` names one; its logs go to a file in the
 * folder.
 */
export async function startStack(folder: string, env: Readonly<Record<string, string>> = {}): Promise<StartedStack> {
  const [gateway, control, analytics] = [await findFreePort(), await findFreePort(), await findFreePort()];
  const adminToken = 'e2e-admin-token-of-this-run';
  const logFile = join(folder, 'stack.log');
  const dataDir = join(folder, 'data');
  const log = (line: string) => appendFileSync(logFile, `${line}\n`);
  const postgres = env['DATABASE_URL'] ? undefined : await startPostgres({ dataDir: join(dataDir, 'postgres'), log });
  const tollgate = await startTollgate({
    dataDir,
    env: {
      ...(postgres && { DATABASE_URL: postgres.url }),
      TOLLGATE_GATEWAY_PORT: String(gateway),
      TOLLGATE_CONTROL_PORT: String(control),
      TOLLGATE_ANALYTICS_PORT: String(analytics),
      TOLLGATE_ADMIN_TOKEN: adminToken,
      // Records are shipped soon, so that a test does not wait for them.
      TOLLGATE_SEAL_AFTER_MS: '50',
      LOG_LEVEL: 'debug',
      ...env,
    },
    log,
  }).catch(async (error: unknown) => {
    await postgres?.stop({ remove: true });
    throw error;
  });
  const { url: gatewayUrl, pid: nodePid } = tollgate.node;
  const { databaseUrl, controlPlane } = tollgate;
  return {
    addresses: { gatewayUrl, controlUrl: controlPlane.url, adminToken, dataDir, databaseUrl, logFile, nodePid },
    tollgate,
    async stop() {
      await tollgate.stop();
      await postgres?.stop({ remove: true });
    },
  };
}
