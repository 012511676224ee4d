import type { ApolloServerPlugin } from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import { publicError } from '../errors.ts';

/** Refuses a subscription that comes as a plain request, which cannot be answered more than once. */
export const notOverHttp: ApolloServerPlugin = {
  requestDidStart: async () => ({
    async didResolveOperation({ operation }) {
      if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return;
      throw publicError('BAD_REQUEST', 'subscriptions go over a WebSocket (graphql-transport-ws) at this address', 400);
    },
  }),
};
