import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { getDistDirectory, isSandboxFrame, renderAltair } from 'altair-static';

/** The files of the explorer that are served, by their path below its own. */
export type ExplorerFile = { readonly contentType: string; readonly body: Buffer };

const CONTENT_TYPES: Readonly<Record<string, string>> = Object.freeze({
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
});

/**
 * The GraphQL explorer Altair, as its package brings it: nothing of it is loaded from elsewhere. Its frame for scripts
 * before and after requests is not served, because the pages' policy allows no frames.
 */
export function createExplorer({ graphqlPath }: { readonly graphqlPath: string }) {
  const folder = getDistDirectory();
  const paths = new Set(
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (path) => extname(path) in CONTENT_TYPES && !isSandboxFrame(path),
    ),
  );
  return {
    page: (nonce: string, basePath: string): string =>
      renderAltair({
        baseURL: basePath,
        endpointURL: graphqlPath,
        subscriptionsEndpoint: graphqlPath,
        initialSubscriptionRequestHandlerId: 'graphql-ws',
        initialQuery: '{\n  revision\n  nodes { nodeId state revision lag }\n}\n',
        instanceStorageNamespace: 'tollgate_',
        initialSettings: { theme: 'system', 'alert.disableUpdateNotification': true, 'banners.disable': true },
        disableAccount: true,
        cspNonce: nonce,
      }),
    file(path: string): ExplorerFile | undefined {
      const contentType = CONTENT_TYPES[extname(path)];
      if (contentType === undefined || !paths.has(path)) return undefined;
      return { contentType, body: readFileSync(join(folder, path)) };
    },
  };
}
