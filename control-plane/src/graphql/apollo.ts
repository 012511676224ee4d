import { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { bearerToken, isTokenOf } from '../access/bearer.ts';
import { accessGate } from './access-gate.ts';
import type { GraphQLContext, GraphQLServices } from './context.ts';
import { createErrorFormat } from './error-format.ts';
import { complexityLimit } from './limits/complexity-limit.ts';
import { depthLimit } from './limits/depth-limit.ts';
import { createGraphQLSchema } from './schema.ts';

export const GRAPHQL_PATH = '/graphql';
/** Large change sets travel as variables, which are not counted. */
const QUERY_TOKENS_MAX = 20_000;
const ADMIN = 'admin';

/** Adds `/graphql`. Who has the admin token may do everything; others may introspect. */
export async function addGraphQL(
  app: FastifyInstance,
  deps: {
    readonly services: GraphQLServices;
    readonly adminTokenHash: string;
    readonly logger: Logger;
    newId(): string;
  },
): Promise<void> {
  const { services, adminTokenHash, logger, newId } = deps;
  const apollo = new ApolloServer<GraphQLContext>({
    schema: createGraphQLSchema(),
    plugins: [accessGate, depthLimit, complexityLimit],
    parseOptions: { maxTokens: QUERY_TOKENS_MAX },
    formatError: createErrorFormat(logger, newId),
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
    handler: fastifyApolloHandler(apollo, {
      context: async ({ headers }) => ({
        ...services,
        actor: isTokenOf(adminTokenHash, bearerToken(headers.authorization)) ? ADMIN : undefined,
      }),
    }),
  });
  // Fastify has finished all requests by then, so that there is nothing left to drain.
  app.addHook('onClose', () => apollo.stop());
}
