import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { isUnavailable } from '../database/unavailable.ts';
import { isOutdated } from '../projection/rebuild/projection-version.ts';
import { type GraphQLErrorCode, graphqlErrorCodes } from './errors.ts';
import { withoutInputValues } from './mask-input.ts';
import { withEnumValues } from './name-enum-values.ts';

/** What graphql says, without a code, where it stops looking for what is wrong in variables. */
const TOO_MANY_WRONG_INPUTS = 'Too many errors processing variables, error limit reached. Execution aborted.';

type FormatError = NonNullable<ApolloServerOptions<BaseContext>['formatError']>;

/**
 * What a client may read of an error: those with a known code as they are, but for values of inputs that they repeat;
 * of all others only an id, under which the log has the cause.
 */
export function createErrorFormat(logger: Logger, newId: () => string, schema: GraphQLSchema): FormatError {
  return (formatted, error): GraphQLFormattedError => {
    const { locations, path } = formatted;
    const place = { ...(locations && { locations }), ...(path && { path }) };
    const code = formatted.message === TOO_MANY_WRONG_INPUTS ? 'BAD_USER_INPUT' : formatted.extensions?.['code'];
    if (isKnownCode(code)) {
      const message = withEnumValues(schema, withoutInputValues(formatted.message));
      return { message, ...place, extensions: { code } };
    }
    const cause = unwrapResolverError(error);
    if (isUnavailable(cause) || isOutdated(cause)) {
      const message = isOutdated(cause) ? OUTDATED : 'the database does not answer; try again';
      return { message, ...place, extensions: { code: 'UNAVAILABLE' satisfies GraphQLErrorCode } };
    }
    const id = newId();
    const loggable = cause instanceof GraphQLError ? new Error(withoutInputValues(cause.message)) : cause;
    logger.error({ error: loggable, errorId: id }, 'a GraphQL request failed');
    return { message: `internal error ${id}`, ...place, extensions: { code: 'INTERNAL' satisfies GraphQLErrorCode } };
  };
}

/** Another replica, which is of the later version, can do it. */
const OUTDATED = 'this replica is of an earlier version than the database; try again';

const isKnownCode = (code: unknown): code is GraphQLErrorCode => graphqlErrorCodes.some((known) => known === code);
