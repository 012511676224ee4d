import { GraphQLError } from 'graphql';

/** The stable codes of this API's errors, in `extensions.code`; codes are added, never changed. */
export const graphqlErrorCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'QUERY_TOO_DEEP',
  'QUERY_TOO_COMPLEX',
  'UNAVAILABLE',
  'INTERNAL',
] as const;
export type GraphQLErrorCode = (typeof graphqlErrorCodes)[number];

/** An error that its reader may see as it is. */
export function publicError(code: GraphQLErrorCode, message: string, status?: number): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...(status !== undefined && { http: { status } }) } });
}
