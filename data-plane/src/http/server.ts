import uWS, { type HttpRequest, type HttpResponse, type TemplatedApp, type us_listen_socket } from 'uWebSockets.js';
import type { GatewayError } from '@tollgate/schema';
import { authenticate, bearerSecret } from '../admission/authenticate.ts';
import { authorize, type Caller, type Method } from '../admission/authorize.ts';
import type { KeyGrants } from '../admission/key-grant.ts';
import { SHUTTING_DOWN } from '../chat/answer.ts';
import type { ChatCompletions } from '../chat/chat-completions.ts';
import { nowUs } from '../chat/exchange.ts';
import type { ConfigIndex } from '../config/config-index.ts';
import type { BodyBudget } from './body-budget.ts';
import type { ClientAddress } from './client-address.ts';
import { type ClientResponse, createClientResponse, JSON_HEADERS, sendError } from './client-response.ts';
import { findModel, listModels } from './models.ts';
import { readBody } from './read-body.ts';
import { routingHeaders } from './routing-headers.ts';

export type GatewayServerDeps = {
  readonly config: { isReady(): boolean; index(): ConfigIndex };
  readonly grants: KeyGrants;
  readonly chat: ChatCompletions;
  /** The headers that routes look at. */
  readonly headerNames: () => readonly string[] | undefined;
  readonly clientAddress: ClientAddress;
  readonly bodyBudget: BodyBudget;
  readonly bodyBytesMax: number;
  readonly inFlightMax: number;
  /** Whether the node takes traffic now, and if not, why. */
  readonly readiness: () => Promise<{ readonly isReady: boolean; readonly text: string }>;
  /** Whether usage can be recorded; without it nothing is admitted. */
  readonly canRecord: () => boolean;
  readonly onRefused: (code: GatewayError['code']) => void;
  readonly metricsText: () => Promise<string>;
};

export type GatewayServer = {
  /** Resolves with the port. @throws Error if the address cannot be had. */
  listen(host: string, port: number): Promise<number>;
  /** Serves a connection that was accepted elsewhere; the file descriptor is the server's from now on. */
  adopt(fileDescriptor: number): void;
  /** Takes no new connections and closes kept-alive ones behind their next answer. */
  drain(): void;
  /** From now on nothing is admitted, not even on kept-alive connections. */
  refuseAll(): void;
  close(): void;
  openRequests(): number;
  openConnections(): number;
};

export function createGatewayServer(deps: GatewayServerDeps): GatewayServer {
  const app = uWS.App() as TemplatedApp & Undeclared;
  let listenSocket: us_listen_socket | undefined;
  let isDraining = false;
  let refusesAll = false;
  let openRequests = 0;
  let openConnections = 0;

  const respond = (res: HttpResponse): ClientResponse => createClientResponse(res, () => isDraining);

  function refuse(response: ClientResponse, error: GatewayError): void {
    deps.onRefused(error.code);
    sendError(response, error);
  }

  /** Why no request may pass at all, whoever asks. */
  function closedGate(): GatewayError | undefined {
    if (refusesAll) return SHUTTING_DOWN;
    if (!deps.config.isReady()) return { code: 'not_ready', message: 'This node has no configuration yet.' };
    if (openRequests >= deps.inFlightMax) return overloaded('too many requests are in flight');
    if (!deps.canRecord()) return overloaded('usage cannot be recorded');
    return undefined;
  }

  /** Runs `next` with the caller of a request that may pass; answers all others. */
  function withCaller(
    method: Method,
    res: HttpResponse,
    req: HttpRequest,
    next: (response: ClientResponse, caller: Caller) => void,
  ): void {
    const response = respond(res);
    const error = closedGate();
    if (error !== undefined) return refuse(response, error);
    const result = authenticate(
      deps.config.index(),
      bearerSecret((name) => req.getHeader(name)),
      Date.now(),
    );
    if (!result.ok) return refuse(response, result.error);
    const caller = { key: result.key, grant: deps.grants.of(result.key) };
    const forbidden = authorize(caller, {
      method,
      path: () => req.getUrl(),
      address: () => deps.clientAddress(res, req),
    });
    if (forbidden !== undefined) return refuse(response, forbidden);
    next(response, caller);
  }

  function chatCompletions(res: HttpResponse, req: HttpRequest): void {
    const arrivedUs = nowUs();
    const declaredBytes = Number(req.getHeader('content-length') || 0);
    withCaller('post', res, req, (response, caller) => {
      if (declaredBytes > deps.bodyBytesMax) return refuse(response, tooLarge(deps.bodyBytesMax));
      // Read now, as the request is gone once its body has come.
      const headers = routingHeaders(deps.headerNames(), (name) => req.getHeader(name));
      const customer = req.getHeader(CUSTOMER_HEADER);
      openRequests += 1;
      let isOver = false;
      const over = () => {
        if (isOver) return;
        isOver = true;
        openRequests -= 1;
        releaseBody();
      };
      response.onGone(over);
      const releaseBody = readBody(res, deps.bodyBytesMax, deps.bodyBudget, (result) => {
        if (result.ok) return deps.chat.handle(caller, result.body, arrivedUs, response, over, headers, customer);
        refuse(
          response,
          result.reason === 'too_large'
            ? tooLarge(deps.bodyBytesMax)
            : overloaded('too many large requests are in flight'),
        );
        over();
      });
    });
  }

  const countConnection = (_: HttpResponse, change: number): void => {
    openConnections += change;
  };
  app.filter(countConnection as Parameters<TemplatedApp['filter']>[0]);
  for (const prefix of ['/v1', '']) {
    app.post(`${prefix}/chat/completions`, chatCompletions);
    app.any(`${prefix}/chat/completions`, (res) => refuse(respond(res), notAllowed('POST')));
    app.get(`${prefix}/models`, (res, req) =>
      withCaller('get', res, req, (response, caller) =>
        response.send(200, JSON_HEADERS, JSON.stringify(listModels(deps.config.index(), caller.grant))),
      ),
    );
    app.get(`${prefix}/models/*`, (res, req) => {
      const id = decodeName(req.getUrl().slice(`${prefix}/models/`.length));
      withCaller('get', res, req, (response, caller) => {
        const model = findModel(deps.config.index(), caller.grant, id);
        if (model === undefined)
          return refuse(response, {
            code: 'model_not_found',
            message: `There is no model ${JSON.stringify(id.slice(0, 200))} here.`,
            param: 'model',
          });
        response.send(200, JSON_HEADERS, JSON.stringify(model));
      });
    });
  }

  app.get('/healthz', (res) => respond(res).send(200, TEXT_HEADERS, 'ok\n'));
  app.get('/readyz', (res) =>
    answerLater(respond(res), deps.readiness(), ({ isReady, text }) => [
      isReady ? 200 : 503,
      TEXT_HEADERS,
      `${text}\n`,
    ]),
  );
  app.get('/metrics', (res) => answerLater(respond(res), deps.metricsText(), (text) => [200, METRICS_HEADERS, text]));
  app.any('/*', (res) =>
    refuse(respond(res), { code: 'not_found', message: 'There is nothing at this address. The API is below /v1.' }),
  );

  return {
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        app.listen(host, port, LISTEN_EXCLUSIVE_PORT, (socket: us_listen_socket | false) => {
          if (socket === false) return reject(new Error(`cannot listen on ${host}:${port}; is the port taken?`));
          listenSocket = socket;
          resolve(uWS.us_socket_local_port(socket));
        });
      }),
    drain() {
      isDraining = true;
      if (listenSocket !== undefined) uWS.us_listen_socket_close(listenSocket);
      listenSocket = undefined;
    },
    refuseAll() {
      refusesAll = true;
    },
    close: () => void app.close(),
    adopt: (fileDescriptor) => app.adoptSocket(fileDescriptor),
    openRequests: () => openRequests,
    openConnections: () => openConnections,
  };
}

/** What the package has but does not declare. */
type Undeclared = {
  listen(host: string, port: number, options: number, done: (socket: us_listen_socket | false) => void): void;
  adoptSocket(fileDescriptor: number): void;
};

function answerLater<T>(
  response: ClientResponse,
  value: Promise<T>,
  toAnswer: (value: T) => Parameters<ClientResponse['send']>,
): void {
  value.then(
    (known) => response.send(...toAnswer(known)),
    (error: unknown) => response.send(503, TEXT_HEADERS, `${error instanceof Error ? error.message : String(error)}\n`),
  );
}

/** `LIBUS_LISTEN_EXCLUSIVE_PORT` of uSockets: by default two processes could listen on one port and share its connections. */
const LISTEN_EXCLUSIVE_PORT = 1;

/** Names for whom an app asks, and goes before the field `user`. */
const CUSTOMER_HEADER = 'x-tollgate-customer';

const TEXT_HEADERS = ['content-type', 'text/plain; charset=utf-8'] as const;
const METRICS_HEADERS = ['content-type', 'text/plain; version=0.0.4; charset=utf-8'] as const;

const overloaded = (reason: string): GatewayError => ({
  code: 'overloaded',
  message: `This node is overloaded: ${reason}. Try again soon.`,
});

const tooLarge = (bytesMax: number): GatewayError => ({
  code: 'request_too_large',
  message: `The request body is larger than ${bytesMax} bytes.`,
});

const notAllowed = (method: string): GatewayError => ({ code: 'method_not_allowed', message: `Use ${method} here.` });

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
