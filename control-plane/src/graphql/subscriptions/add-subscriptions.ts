import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { handleProtocols, makeServer } from 'graphql-ws';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Upgrades } from '../../http/upgrades.ts';
import type { GraphQLContext } from '../context.ts';
import { publicError } from '../errors.ts';
import { checkOperation, type OperationChecks, type SubscribeRequest } from './check-operation.ts';
import { dropClient, serveSocket, TOO_MUCH } from './socket.ts';

type Client = { readonly socket: WebSocket; readonly headers: IncomingHttpHeaders };
type Params = Readonly<Record<string, unknown>> | undefined;

export type SubscriptionDeps = {
  readonly upgrades: Upgrades;
  readonly path: string;
  readonly checks: OperationChecks;
  /** Who asks, as with a request over HTTP that has these headers. */
  contextOf(headers: IncomingHttpHeaders): Promise<GraphQLContext>;
  formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError;
  readonly logger: Logger;
};

const SOCKETS_MAX = 500;
const SUBSCRIPTIONS_MAX = 20;
const MESSAGE_BYTES_MAX = 64 * 1024;
/** A session, token or role that was taken away meanwhile ends its subscriptions at the latest after this. */
const AUTHENTICATE_EVERY_MS = 15_000;
const UNAUTHORIZED = 4401;
const FORBIDDEN = 4403;
const WHO_ASKS = 'send {"authorization": "Bearer <token>"} as the payload of connection_init';

/**
 * Serves subscriptions over WebSockets (`graphql-transport-ws`). A client shows who it is as it does over HTTP: with the
 * header `authorization`, or a member of that name in the payload of `connection_init`, or a session's cookie.
 */
export function addSubscriptions({ upgrades, path, checks, contextOf, formatError, logger }: SubscriptionDeps): void {
  const onFailure = (error: unknown) => logger.warn({ error }, 'a subscription failed');
  const format = (errors: readonly GraphQLError[]) => errors.map((error) => formatError(error.toJSON(), error));

  /** Undefined if nobody known asks; then the connection ends. */
  async function authenticate({ socket, headers }: Client, params: Params): Promise<GraphQLContext | undefined> {
    const authorization = params?.['authorization'];
    try {
      const context = await contextOf(typeof authorization === 'string' ? { ...headers, authorization } : headers);
      if (context.actor !== undefined) return context;
      dropClient(socket, UNAUTHORIZED, WHO_ASKS);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      dropClient(socket, FORBIDDEN, error.message);
    }
    return undefined;
  }

  const server = makeServer<Record<string, unknown>, Client>({
    async onConnect({ extra, connectionParams }) {
      const context = await authenticate(extra, connectionParams);
      if (!context) return false;
      stayAuthenticated(extra, connectionParams, rightsOf(context));
      return true;
    },
    async onSubscribe({ extra, connectionParams, subscriptions }, _id, payload) {
      if (Object.keys(subscriptions).length > SUBSCRIPTIONS_MAX) {
        dropClient(extra.socket, TOO_MUCH, `more than ${SUBSCRIPTIONS_MAX} subscriptions over one connection`);
        return [publicError('BAD_REQUEST', 'too many subscriptions')];
      }
      const context = await authenticate(extra, connectionParams);
      if (!context) return [publicError('UNAUTHENTICATED', WHO_ASKS)];
      const drop = (reason: string) => dropClient(extra.socket, TOO_MUCH, reason);
      try {
        return await checkOperation(checks, payload as SubscribeRequest, { ...context, dropClient: drop });
      } catch (error) {
        return [error instanceof GraphQLError ? error : toGraphQLError(error)];
      }
    },
    onNext: (_context, _id, _payload, _args, { data = null, errors }) => ({
      data,
      ...(errors && { errors: format(errors) }),
    }),
    onError: (_context, _id, _payload, errors) => format(errors),
  });

  function stayAuthenticated(client: Client, params: Params, rights: string): void {
    const check = async () => {
      const context = await authenticate(client, params);
      if (context && rightsOf(context) !== rights)
        dropClient(client.socket, FORBIDDEN, 'your roles changed; connect again');
    };
    const timer = setInterval(() => check().catch(onFailure), AUTHENTICATE_EVERY_MS).unref();
    client.socket.once('close', () => clearInterval(timer));
  }

  upgrades.route({
    path,
    socketsMax: SOCKETS_MAX,
    options: { maxPayload: MESSAGE_BYTES_MAX, handleProtocols },
    refusal: () => undefined,
    attach: (socket: WebSocket, { headers }: IncomingMessage) =>
      serveSocket(server, socket, { extra: { socket, headers }, onFailure }),
  });
}

/** What a subscription was allowed by when it started. */
const rightsOf = ({ principal }: GraphQLContext): string => JSON.stringify([principal?.bindings, principal?.scopes]);

const toGraphQLError = (error: unknown): GraphQLError =>
  new GraphQLError('internal error', error instanceof Error ? { originalError: error } : {});
