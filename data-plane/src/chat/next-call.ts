import type { NextCall } from '../quota/pass.ts';
import type { AnswerDeps } from './answer.ts';
import type { NextAttempt } from './attempt-plan.ts';
import { type Exchange, modelOf } from './exchange.ts';

/** What the quota gate is told of another attempt. */
export function toNextCall(
  { prices }: AnswerDeps,
  exchange: Exchange,
  { target }: NextAttempt,
  piecesBefore: number,
): NextCall {
  const { route, deployment, upstreamModel } = target;
  const rates = prices.ratesFor(deployment, upstreamModel, exchange.startedAtMs);
  const { sent: chat } = exchange;
  return { route, model: modelOf(exchange, route), deployment, upstreamModel, rates, chat, piecesBefore };
}

export function noteChoice(exchange: Exchange, choice: NextAttempt['choice']): void {
  if (choice === undefined) return;
  exchange.choices ??= [];
  exchange.choices.push(choice);
}
