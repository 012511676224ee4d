import { type GatewayError, NO_TOKENS, type RequestIds, type UsageCause } from '@tollgate/schema';
import type { Caller } from '../admission/authorize.ts';
import type { ConfigIndex } from '../config/config-index.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { type ClientResponse, type HeaderList, sendError } from '../http/client-response.ts';
import type { Pass, QuotaGate } from '../quota/quota-gate.ts';
import type { Deployment } from '../routing/route.ts';
import type { Router } from '../routing/router.ts';
import type { Prices } from '../usage/prices.ts';
import { type Admission, admit } from './admit.ts';
import type { AnswerDeps, AnswerTask, RunningAnswer } from './answer.ts';
import { answerStream } from './answer-stream.ts';
import { answerWhole } from './answer-whole.ts';
import type { ChatRequest } from './chat-request.ts';
import { type Exchange, nowUs } from './exchange.ts';
import { parseChatRequest } from './parse-chat-request.ts';

export type ChatDeps = AnswerDeps & {
  readonly config: { revision(): number; index(): ConfigIndex };
  readonly router: Router;
  readonly gate: QuotaGate;
  readonly prices: Prices;
  readonly dialectOf: (deployment: Deployment) => Dialect;
  readonly random: () => number;
  readonly requestIds: RequestIds;
  readonly onRefused: (code: GatewayError['code']) => void;
  /** Something threw that should not have; the request is answered with 500, and the node lives on. */
  readonly onFailure: (error: unknown) => void;
  readonly onSettled: (exchange: Exchange, cause: UsageCause) => void;
};

export type ChatCompletions = {
  /** Answers one authenticated request; `onOver` is called when nothing of it is left. */
  handle(caller: Caller, body: Buffer, arrivedUs: number, response: ClientResponse, onOver: () => void): void;
  /** Ends what still runs: streams with an error event, the rest with 503. Each is recorded. */
  abortAll(): void;
};

/** What a request is charged for that was not sent. */
const NOTHING_USED = Object.freeze({ usage: NO_TOKENS, costNanoUsd: 0, requests: 0 });

export function createChatCompletions(deps: ChatDeps): ChatCompletions {
  const running = new Set<RunningAnswer>();

  function run(task: Omit<AnswerTask, 'onSettled'>, onOver: () => void): void {
    const { exchange } = task;
    let answer: RunningAnswer | undefined;
    let isSettled = false;
    const settling: AnswerTask = {
      ...task,
      onSettled(cause) {
        isSettled = true;
        if (answer !== undefined) running.delete(answer);
        deps.onSettled(exchange, cause);
        onOver();
      },
    };
    exchange.timeline.dispatchedUs = nowUs();
    answer = exchange.chat.stream ? answerStream(deps, settling) : answerWhole(deps, settling);
    if (!isSettled) running.add(answer);
  }

  /** A configuration that this node cannot use, such as a provider type it does not know yet, must not end its process. */
  function tryAdmit(caller: Caller, chat: ChatRequest): Admission {
    const { config, router, dialectOf } = deps;
    try {
      return admit({ index: config.index(), router, dialectOf, random: deps.random() }, caller, chat);
    } catch (error) {
      deps.onFailure(error);
      return { ok: false, error: { code: 'internal_error', message: 'This node cannot serve the model.' } };
    }
  }

  return {
    handle(caller, bytes, arrivedUs, response, onOver) {
      const refuse = (error: GatewayError, headers?: HeaderList) => {
        deps.onRefused(error.code);
        sendError(response, error, headers);
        onOver();
      };
      const parsed = parseChatRequest(bytes);
      if (!parsed.ok) return refuse(parsed.error);
      const admission = tryAdmit(caller, parsed.request);
      if (!admission.ok) return refuse(admission.error);
      const chat = parsed.request;
      const revision = deps.config.revision();
      const { dialect, body, ...admitted } = admission.admitted;
      const nowMs = Date.now();
      const rates = deps.prices.ratesFor(admitted.deployment, admitted.upstreamModel, nowMs);
      const enter = (pass: Pass) => {
        // It may have left while the quotas were asked for; nothing was sent to a provider, so nothing is to be recorded.
        if (response.isGone()) return void pass.settle(NOTHING_USED);
        const exchange: Exchange = {
          id: deps.requestIds.next(nowMs),
          startedAtMs: nowMs,
          revision,
          key: caller.key,
          ownerNames: caller.grant.ownerNames,
          tags: caller.grant.tags,
          chat,
          ...admitted,
          rates,
          pass,
          timeline: { arrivedUs, dispatchedUs: 0, firstByteUs: 0, upstreamEndedUs: 0 },
        };
        run({ exchange, dialect, body, response }, onOver);
      };
      deps.gate.enter({ ...admitted, ...caller, chat, rates, endUser: chat.body['user'] }, enter, refuse);
    },
    abortAll() {
      for (const answer of running) answer.abort();
    },
  };
}
