import type { IncomingHttpHeaders } from 'node:http';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Authenticator } from '../access/authenticate.ts';
import { EXPLORER_PATH } from '../http/pages.ts';
import type { Upgrades } from '../http/upgrades.ts';
import { accessGate } from './access-gate.ts';
import { createContext, type GraphQLContext, type GraphQLServices } from './context.ts';
import { createErrorFormat } from './error-format.ts';
import { publicError } from './errors.ts';
import { sizeLimit } from './limits/size-limit.ts';
import { createGraphQLSchema } from './schema.ts';
import { addSubscriptions } from './subscriptions/add-subscriptions.ts';
import { notOverHttp } from './subscriptions/not-over-http.ts';

export const GRAPHQL_PATH = '/graphql';
/** Large change sets travel as variables, which are not counted. */
const QUERY_TOKENS_MAX = 20_000;
const CROSS_SITE =
  'with a session this is not taken from another site; a client that is no browser sends the header x-tollgate-csrf';

/** Adds `/graphql`, where everybody gets what the access policy gives him; who is not known may introspect. */
export async function addGraphQL(
  app: FastifyInstance,
  deps: {
    readonly upgrades: Upgrades;
    readonly services: GraphQLServices;
    readonly authenticator: Authenticator;
    readonly logger: Logger;
    newId(): string;
  },
): Promise<void> {
  const { upgrades, services, authenticator, logger, newId } = deps;
  const schema = createGraphQLSchema();
  const gates = [accessGate, sizeLimit];
  const formatError = createErrorFormat(logger, newId, schema);
  const contextOf = async (headers: IncomingHttpHeaders, mayChange: boolean): Promise<GraphQLContext> => {
    const found = await authenticator.authenticate(headers, mayChange);
    if (found.kind === 'cross-site') throw publicError('FORBIDDEN', CROSS_SITE, 403);
    return createContext(services, found.kind === 'known' ? found.principal : undefined);
  };
  const apollo = new ApolloServer<GraphQLContext>({
    schema,
    plugins: [
      ...gates,
      notOverHttp,
      // No answer is to be cached, which is said below for all of them instead of being computed for each field.
      ApolloServerPluginCacheControlDisabled(),
      // It would run scripts from elsewhere where a session is at hand; a browser is sent to the explorer instead.
      ApolloServerPluginLandingPageDisabled(),
    ],
    introspection: true,
    parseOptions: { maxTokens: QUERY_TOKENS_MAX },
    formatError,
    csrfPrevention: true,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger,
  });
  await apollo.start();
  app.route({
    url: GRAPHQL_PATH,
    method: ['GET', 'POST', 'OPTIONS'],
    onRequest: async ({ method, headers }, reply) => {
      reply.header('cache-control', 'no-store');
      if (method === 'GET' && headers.accept?.includes('text/html')) return reply.redirect(EXPLORER_PATH);
    },
    handler: fastifyApolloHandler(apollo, {
      context: ({ headers, method }) => contextOf(headers, method !== 'GET'),
    }),
  });
  const checks = { schema, tokensMax: QUERY_TOKENS_MAX, gates };
  addSubscriptions({
    upgrades,
    path: GRAPHQL_PATH,
    checks,
    contextOf: (headers) => contextOf(headers, true),
    formatError,
    logger,
  });
  // Fastify has finished all requests by then, so that there is nothing left to drain.
  app.addHook('onClose', () => apollo.stop());
}
