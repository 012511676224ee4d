import type { ApolloServerPlugin, GraphQLRequestContextDidResolveOperation } from '@apollo/server';
import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql';
import type { GraphQLContext } from '../context.ts';
import { type GraphQLErrorCode, publicError } from '../errors.ts';

/** What a client asks for. */
export type SubscribeRequest = {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
};

export type OperationChecks = {
  readonly schema: GraphQLSchema;
  readonly tokensMax: number;
  /** The same that each request over HTTP passes: access and size. */
  readonly gates: readonly ApolloServerPlugin<GraphQLContext>[];
};

type GateContext = GraphQLRequestContextDidResolveOperation<GraphQLContext>;

/**
 * Makes of what a client asks for what graphql executes, once it has passed all that a request over HTTP must pass.
 * @throws GraphQLError if it has not
 */
export async function checkOperation(
  { schema, tokensMax, gates }: OperationChecks,
  request: SubscribeRequest,
  contextValue: GraphQLContext,
): Promise<ExecutionArgs> {
  const document = coded('GRAPHQL_PARSE_FAILED', () => parse(request.query, { maxTokens: tokensMax }));
  for (const error of validate(schema, document)) throw withCode('GRAPHQL_VALIDATION_FAILED', error);
  const operation = subscriptionOf(document, request.operationName);
  const operationName = operation.name?.value ?? null;
  const variables = request.variables ?? {};
  const resolved = { schema, document, operation, operationName, request: { variables }, contextValue };
  for (const gate of gates) {
    const hooks = await gate.requestDidStart?.(resolved as unknown as GateContext);
    await hooks?.didResolveOperation?.(resolved as unknown as GateContext);
  }
  const { errors = [] } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  for (const error of errors) throw withCode('BAD_USER_INPUT', error);
  return { schema, document, operationName, variableValues: variables, contextValue };
}

function subscriptionOf(document: DocumentNode, name: string | null | undefined) {
  const operation = getOperationAST(document, name);
  if (!operation) throw publicError('OPERATION_RESOLUTION_FAILURE', 'which of the operations is meant is not said');
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) return operation;
  throw publicError('BAD_REQUEST', 'only subscriptions are served over a WebSocket; send this as an HTTP request');
}

function coded<T>(code: GraphQLErrorCode, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    throw error instanceof GraphQLError ? withCode(code, error) : error;
  }
}

/** graphql's own errors have no code. */
function withCode(code: GraphQLErrorCode, error: GraphQLError): GraphQLError {
  const { message, nodes, source, positions } = error;
  const place = { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null };
  return new GraphQLError(message, { ...place, extensions: { code } });
}
