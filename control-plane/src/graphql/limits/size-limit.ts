import type { ApolloServerPlugin } from '@apollo/server';
import { publicError } from '../errors.ts';
import { measureOperation } from './measure-operation.ts';

export const DEPTH_MAX = 12;
export const COST_MAX = 25_000;

/** Refuses, before anything is resolved, an operation that is nested too deeply or would be answered with too much. */
export const sizeLimit: ApolloServerPlugin = {
  requestDidStart: async () => ({
    async didResolveOperation({ schema, document, operation, request }) {
      if (!operation) return;
      const { depth, cost } = measureOperation({ schema, document, operation, variables: request.variables ?? {} });
      if (depth > DEPTH_MAX) {
        throw publicError('QUERY_TOO_DEEP', `the query is ${depth} levels deep; ${DEPTH_MAX} are allowed`, 400);
      }
      if (cost <= COST_MAX) return;
      const message = `the query asks for up to ${cost} fields, ${COST_MAX} are allowed; ask for smaller pages`;
      throw publicError('QUERY_TOO_COMPLEX', message, 400);
    },
  }),
};
