import { type GatewayError, NO_TOKENS, type Rates, type RequestIds, type UsageCause } from '@tollgate/schema';
import type { Caller } from '../admission/authorize.ts';
import type { ConfigIndex } from '../config/config-index.ts';
import { type ClientResponse, type HeaderList, sendError } from '../http/client-response.ts';
import type { Estimator } from '../quota/estimator.ts';
import type { Pass } from '../quota/pass.ts';
import type { QuotaGate } from '../quota/quota-gate.ts';
import type { RoutingHeaders } from '../routing/strategies/strategy.ts';
import { countByAll, type TokenCounter } from '../tokens/token-counter.ts';
import { type Admission, admit, type Uncounted } from './admit.ts';
import { type AnswerDeps, type AnswerTask, type RunningAnswer, SHUTTING_DOWN } from './answer.ts';
import { answerExchange } from './answer-exchange.ts';
import type { Asking } from './asking.ts';
import type { ChatRequest } from './chat-request.ts';
import { enterElsewhere } from './enter-elsewhere.ts';
import { enterFrugally } from './enter-frugally.ts';
import { type Exchange, nowUs, toAttempt } from './exchange.ts';
import { createMirrors, type MirrorDeps } from './mirrors.ts';
import type { Opening } from './opening.ts';
import { parseChatRequest } from './parse-chat-request.ts';

export type ChatDeps = AnswerDeps &
  MirrorDeps & {
    readonly config: { revision(): number; index(): ConfigIndex };
    readonly gate: QuotaGate;
    readonly estimator: Pick<Estimator, 'inputOf'>;
    readonly counter: Pick<TokenCounter, 'count' | 'known'>;
    readonly requestIds: RequestIds;
    readonly onRefused: (code: GatewayError['code']) => void;
    readonly onSettled: (exchange: Exchange, cause: UsageCause) => void;
  };

export type ChatCompletions = {
  /**
   * Answers one authenticated request; `onOver` is called when nothing of it is left.
   * @param customer for whom the client says in a header that it asks; empty if it does not
   */
  handle(
    caller: Caller,
    body: Buffer,
    arrivedUs: number,
    response: ClientResponse,
    onOver: () => void,
    headers: RoutingHeaders | undefined,
    customer: string,
  ): void;
  /** Copies of requests that are under way, besides the requests themselves. */
  mirrorsInFlight(): number;
  /** Ends what still runs: streams with an error event, the rest with 503. Each is recorded, and nothing begins any more. */
  abortAll(): void;
};

type FirstChoice = Pick<Parameters<typeof admit>[0], 'headers' | 'nowMs' | 'isCounted'>;

/** What a request is charged for that was not sent. */
const NOTHING_USED = Object.freeze({ usage: NO_TOKENS, costNanoUsd: 0, wasSent: false });

export function createChatCompletions(deps: ChatDeps): ChatCompletions {
  const running = new Set<RunningAnswer>();
  const mirrors = createMirrors(deps, start);
  let isClosed = false;

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
    answer = answerExchange(deps, settling);
    if (!isSettled) running.add(answer);
  }

  /** A configuration that this node cannot use, such as a provider type it does not know yet, must not end its process. */
  function tryAdmit(caller: Caller, chat: ChatRequest, choosing: FirstChoice): Admission | Uncounted {
    const { config, router, dialectOf, estimator, counter } = deps;
    try {
      const random = deps.random();
      return admit({ index: config.index(), router, dialectOf, estimator, counter, random, ...choosing }, caller, chat);
    } catch (error) {
      deps.onFailure(error);
      return { ok: false, error: { code: 'internal_error', message: 'This node cannot serve the model.' } };
    }
  }

  /** Lets a request through its quotas, and answers it. */
  function start(asking: Asking, onRefused: (error: GatewayError, headers: HeaderList) => void): void {
    const { caller, chat, customer, admitted, arrivedUs, startedAtMs, response, mayUse, mirrorOf, onOver } = asking;
    const revision = deps.config.revision();
    const { model, request, asked } = admitted;
    const enter = (pass: Pass, { target, choice, reason, standIns }: Opening, rates: Rates | undefined) => {
      if (isClosed || response.isGone()) {
        // The quotas may have been asked for meanwhile; nothing was sent to a provider, so nothing is to be recorded.
        pass.settle(NOTHING_USED);
        return response.isGone() ? onOver() : onRefused(SHUTTING_DOWN, []);
      }
      const exchange: Exchange = {
        id: deps.requestIds.next(startedAtMs),
        mirrorOf,
        startedAtMs,
        revision,
        key: caller.key,
        ownerNames: caller.grant.ownerNames,
        tags: caller.grant.tags,
        chat,
        customer,
        sent: chat,
        firstByteUs: 0,
        model,
        request,
        asked,
        standIns,
        attempts: 0,
        attempt: toAttempt(target, reason, { rates, coverage: pass.coverage }),
        earlier: undefined,
        choices: choice && [choice],
        isWaiting: false,
        pass,
        timeline: { arrivedUs, dispatchedUs: 0 },
      };
      run({ exchange, target, mayUse, response }, onOver);
      if (asked.mirror !== undefined) mirrors.copy(exchange, caller);
    };
    // A copy is to show how its own model does.
    const isFrugal = asked.budgetFallbackAt !== undefined && mirrorOf === undefined;
    (isFrugal ? enterFrugally : enterElsewhere)(deps, asking, { onPass: enter, onRefused });
  }

  return {
    handle(caller, bytes, arrivedUs, response, onOver, routingHeaders, customer) {
      const refuse = (error: GatewayError, headers?: HeaderList) => {
        deps.onRefused(error.code);
        sendError(response, error, headers);
        onOver();
      };
      const parsed = parseChatRequest(bytes);
      if (!parsed.ok) return refuse(parsed.error);
      const { request: chat } = parsed;
      const { mayUse } = caller.grant;
      const goOn = (isCounted: boolean): void => {
        const choosing = { headers: routingHeaders, nowMs: arrivedUs / 1_000, isCounted };
        const admission = tryAdmit(caller, chat, choosing);
        if ('countBy' in admission) return countByAll(deps.counter, chat, admission.countBy, () => goOn(true));
        if (!admission.ok) return refuse(admission.error);
        const { admitted } = admission;
        const startedAtMs = Date.now();
        start(
          { caller, chat, customer, admitted, arrivedUs, startedAtMs, response, mayUse, mirrorOf: undefined, onOver },
          refuse,
        );
      };
      goOn(false);
    },
    mirrorsInFlight: mirrors.inFlight,
    abortAll() {
      isClosed = true;
      mirrors.close();
      for (const answer of running) answer.abort();
    },
  };
}
