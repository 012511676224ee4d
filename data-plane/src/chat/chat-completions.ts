import { type GatewayError, NO_TOKENS, type Rates, type RequestIds, type UsageCause } from '@tollgate/schema';
import type { Caller } from '../admission/authorize.ts';
import type { ConfigIndex } from '../config/config-index.ts';
import { type ClientResponse, type HeaderList, sendError } from '../http/client-response.ts';
import type { Estimator } from '../quota/estimator.ts';
import type { Pass, QuotaGate } from '../quota/quota-gate.ts';
import type { Router } from '../routing/router.ts';
import type { RoutingHeaders } from '../routing/strategies/strategy.ts';
import { type Admission, admit } from './admit.ts';
import type { AnswerDeps, AnswerTask, RunningAnswer } from './answer.ts';
import { answerExchange } from './answer-exchange.ts';
import type { ChatRequest } from './chat-request.ts';
import { enterFrugally } from './enter-frugally.ts';
import { type Exchange, nowUs } from './exchange.ts';
import { type Opening, toGateRequest } from './opening.ts';
import { parseChatRequest } from './parse-chat-request.ts';

export type ChatDeps = AnswerDeps & {
  readonly config: { revision(): number; index(): ConfigIndex };
  readonly router: Router;
  readonly gate: QuotaGate;
  readonly estimator: Pick<Estimator, 'inputOf'>;
  readonly requestIds: RequestIds;
  readonly onRefused: (code: GatewayError['code']) => void;
  /** Something threw that should not have; the request is answered with 500, and the node lives on. */
  readonly onFailure: (error: unknown) => void;
  readonly onSettled: (exchange: Exchange, cause: UsageCause) => void;
};

export type ChatCompletions = {
  /** Answers one authenticated request; `onOver` is called when nothing of it is left. */
  handle(
    caller: Caller,
    body: Buffer,
    arrivedUs: number,
    response: ClientResponse,
    onOver: () => void,
    headers?: RoutingHeaders,
  ): void;
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
    answer = answerExchange(deps, settling);
    if (!isSettled) running.add(answer);
  }

  /** A configuration that this node cannot use, such as a provider type it does not know yet, must not end its process. */
  function tryAdmit(caller: Caller, chat: ChatRequest, arrivedUs: number, headers?: RoutingHeaders): Admission {
    const { config, router, dialectOf, estimator } = deps;
    try {
      const choosing = { random: deps.random(), nowMs: arrivedUs / 1_000, headers };
      return admit({ index: config.index(), router, dialectOf, estimator, ...choosing }, caller, chat);
    } catch (error) {
      deps.onFailure(error);
      return { ok: false, error: { code: 'internal_error', message: 'This node cannot serve the model.' } };
    }
  }

  return {
    handle(caller, bytes, arrivedUs, response, onOver, routingHeaders) {
      const refuse = (error: GatewayError, headers?: HeaderList) => {
        deps.onRefused(error.code);
        sendError(response, error, headers);
        onOver();
      };
      const parsed = parseChatRequest(bytes);
      if (!parsed.ok) return refuse(parsed.error);
      const admission = tryAdmit(caller, parsed.request, arrivedUs, routingHeaders);
      if (!admission.ok) return refuse(admission.error);
      const chat = parsed.request;
      const revision = deps.config.revision();
      const { admitted } = admission;
      const { model, request, asked } = admitted;
      const nowMs = Date.now();
      let opening: Opening = admitted;
      let rates: Rates | undefined;
      const enter = (pass: Pass) => {
        // It may have left while the quotas were asked for; nothing was sent to a provider, so nothing is to be recorded.
        if (response.isGone()) return void pass.settle(NOTHING_USED);
        const { target, choice, reason, standIns } = opening;
        const { route, deployment, upstreamModel } = target;
        const exchange: Exchange = {
          id: deps.requestIds.next(nowMs),
          startedAtMs: nowMs,
          revision,
          key: caller.key,
          ownerNames: caller.grant.ownerNames,
          tags: caller.grant.tags,
          chat,
          model,
          request,
          asked,
          standIns,
          attempts: 0,
          attemptReason: reason,
          attemptStartedUs: 0,
          earlier: undefined,
          choices: choice && [choice],
          isWaiting: false,
          route,
          deployment,
          upstreamModel,
          rates,
          pass,
          timeline: { arrivedUs, dispatchedUs: 0, firstByteUs: 0, upstreamEndedUs: 0 },
        };
        run({ exchange, target, mayUse: caller.grant.mayUse, response }, onOver);
      };
      if (asked.budgetFallbackAt === undefined) {
        rates = deps.prices.ratesFor(admitted.target.deployment, admitted.target.upstreamModel, nowMs);
        return deps.gate.enter(toGateRequest(caller, chat, admitted, rates), enter, refuse);
      }
      const { mayUse } = caller.grant;
      const choosing = { request, mayUse, random: deps.random(), nowMs: arrivedUs / 1_000 };
      const entering = { caller, chat, admitted, choosing, startedAtMs: nowMs, isGone: response.isGone };
      enterFrugally(deps, entering, {
        onPass(pass, chosen, chosenRates) {
          opening = chosen;
          rates = chosenRates;
          enter(pass);
        },
        onRefused: refuse,
      });
    },
    abortAll() {
      for (const answer of running) answer.abort();
    },
  };
}
