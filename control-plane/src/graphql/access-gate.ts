import type { ApolloServerPlugin } from '@apollo/server';
import { Kind, type OperationDefinitionNode } from 'graphql';
import type { GraphQLContext } from './context.ts';
import { publicError } from './errors.ts';

/** Answers nothing but introspection to whom nobody knows: the schema is no secret, what it describes is. */
export const accessGate: ApolloServerPlugin<GraphQLContext> = {
  requestDidStart: async () => ({
    async didResolveOperation({ contextValue, operation }) {
      if (contextValue.principal !== undefined || isIntrospection(operation)) return;
      const message = 'sign in at /auth/sign-in, or send a token in the header: Authorization: Bearer <token>';
      throw publicError('UNAUTHENTICATED', message, 401);
    },
  }),
};

function isIntrospection(operation: OperationDefinitionNode | undefined): boolean {
  if (!operation) return false;
  return operation.selectionSet.selections.every(
    (field) => field.kind === Kind.FIELD && field.name.value.startsWith('__'),
  );
}
