import { createRequire } from 'node:module';
import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { ComplexityEstimator } from 'graphql-query-complexity';
import { publicError } from '../errors.ts';

// Imported, the library would load the ES build of graphql, whose types are strangers to those of the CommonJS build that
// Node gives everybody else.
const { getComplexity, simpleEstimator }: typeof import('graphql-query-complexity') = createRequire(import.meta.url)(
  'graphql-query-complexity',
);

/** Each field counts one, what lies in a page as often as the page has places. */
export const COMPLEXITY_MAX = 25_000;

const pageEstimator: ComplexityEstimator = ({ args, childComplexity }) => {
  const first: unknown = args['first'];
  return typeof first === 'number' ? 1 + Math.max(1, first) * childComplexity : undefined;
};

/** Refuses, before anything is resolved, an operation that would be answered with too much. */
export const complexityLimit: ApolloServerPlugin = {
  requestDidStart: async () => ({
    async didResolveOperation({ schema, document, request, operationName }) {
      const cost = measure(() =>
        getComplexity({
          schema,
          query: document,
          variables: request.variables ?? {},
          ...(operationName !== null && { operationName }),
          estimators: [pageEstimator, simpleEstimator({ defaultComplexity: 1 })],
        }),
      );
      if (cost <= COMPLEXITY_MAX) return;
      const message = `the query asks for up to ${cost} fields, ${COMPLEXITY_MAX} are allowed; ask for smaller pages`;
      throw publicError('QUERY_TOO_COMPLEX', message, 400);
    },
  }),
};

/** What the variables make of the query is needed to measure it, so wrong variables show here first. */
function measure(compute: () => number): number {
  try {
    return compute();
  } catch (error) {
    throw error instanceof GraphQLError ? publicError('BAD_USER_INPUT', error.message, 400) : error;
  }
}
