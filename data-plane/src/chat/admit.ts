import type { GatewayError, Tokenizer } from '@tollgate/schema';
import type { Caller } from '../admission/authorize.ts';
import type { KeyGrant } from '../admission/key-grant.ts';
import type { ConfigIndex } from '../config/config-index.ts';
import { type Estimator, modelId } from '../quota/estimator.ts';
import { modelOfAlias } from '../routing/alias.ts';
import { type PassedOver, passedOver } from '../routing/choice.ts';
import { type Fit, fitContext } from '../routing/fit-context.ts';
import type { Deployment, Route } from '../routing/route.ts';
import type { Router } from '../routing/router.ts';
import type { Choosing } from '../routing/select.ts';
import type { RoutingHeaders, RoutingRequest } from '../routing/strategies/strategy.ts';
import type { TokenCounter } from '../tokens/token-counter.ts';
import type { ChatRequest } from './chat-request.ts';
import { findOpening } from './find-opening.ts';
import type { Opening } from './opening.ts';
import type { DialectOf } from './target.ts';
import { textBytes } from './text-bytes.ts';

export type Admitted = Opening & {
  /** The public name that was admitted. */
  readonly model: string;
  readonly request: RoutingRequest;
  /** The route of what was asked for. */
  readonly asked: Route;
};

export type Admission =
  | { readonly ok: true; readonly admitted: Admitted }
  | { readonly ok: false; readonly error: GatewayError };

/** It cannot be said yet: how long the request is should be counted first, by all of these. */
export type Uncounted = { readonly countBy: ReadonlySet<Tokenizer> };

type AdmitDeps = {
  readonly index: ConfigIndex;
  readonly router: Router;
  readonly dialectOf: DialectOf;
  readonly random: number;
  readonly headers: RoutingHeaders | undefined;
  readonly estimator: Pick<Estimator, 'inputOf'>;
  readonly counter: Pick<TokenCounter, 'known'>;
  /** Whether what can be known of its length is known. */
  readonly isCounted: boolean;
  /** On the clock of `nowUs`, in milliseconds. */
  readonly nowMs: number;
};

/** Resolves the model, checks that the caller may use it, chooses a deployment and translates the request for it. */
export function admit(deps: AdmitDeps, { key, grant }: Caller, chat: ChatRequest): Admission | Uncounted {
  const { index, router, dialectOf, random, nowMs } = deps;
  const model = isServed(deps, grant, chat.model) ? chat.model : (grant.defaultModel ?? chat.model);
  const requested = modelOfAlias(index, grant.standsFor(model));
  const route = router.resolveFor(requested, grant.tags, grant.ownPolicy);
  if (route === undefined) {
    return refuse({ code: 'model_not_found', message: `There is no model ${quote(model)} here.`, param: 'model' });
  }
  if (!grant.mayAsk(model)) {
    return refuse({
      code: 'model_not_allowed',
      message: `The API key ${key.name} may not use the model ${quote(model)}.`,
      param: 'model',
    });
  }
  const request: RoutingRequest = { chat, requested, headers: deps.headers };
  const choosing = { request, mayUse: grant.mayUse, random, nowMs };
  // A token has a byte at least, so that all others fit everywhere.
  if (chat.bytes.length > route.smallestWindow) return admitLong(deps, route, choosing, model);
  return admitTo(dialectOf, route, choosing, model);
}

/** Chooses a deployment for what may be asked for, and translates the request for it. */
export function admitTo(
  dialectOf: DialectOf,
  asked: Route,
  choosing: Choosing,
  model: string,
  passed?: readonly PassedOver[],
): Admission {
  const search = { route: asked, reason: 'first', standIns: undefined, passed } as const;
  const found = findOpening(dialectOf, { asked, model }, search, choosing);
  if (!found.ok) return refuse(found.error);
  return { ok: true, admitted: { model, request: choosing.request, asked, ...found.opening } };
}

/** Looks where there is room for a request before anything is called or reserved for it. */
function admitLong(deps: AdmitDeps, route: Route, choosing: Choosing, model: string): Admission | Uncounted {
  const { dialectOf, estimator, counter, isCounted } = deps;
  if (!isCounted && route.tokenizers.size > 0) return { countBy: route.tokenizers };
  const { request, mayUse } = choosing;
  const bytes = textBytes(request.chat);
  const tokensFor = ({ row, tokenizer }: Deployment, upstreamModel: string) =>
    (tokenizer && counter.known(request.chat, tokenizer)) ?? estimator.inputOf(modelId(row, upstreamModel), bytes);
  const fit = fitContext(route, { requested: request.requested, textBytes: bytes, tokensFor, mayUse });
  switch (fit.at) {
    case 'asked':
      return admitTo(dialectOf, fit.asked, choosing, model, fit.passed);
    case 'fallback':
      return admitStandIn(dialectOf, fit, choosing, model);
    case 'nowhere': {
      const message = `The request has at least ${fit.tokensMin} tokens, and no deployment of the model ${quote(model)} takes more than ${fit.window}.`;
      return refuse({ code: 'context_length_exceeded', message, param: 'messages' });
    }
    default:
      return fit satisfies never;
  }
}

/** Begins at the first of the fallbacks whose provider's format can say the request. */
function admitStandIn(
  dialectOf: DialectOf,
  fit: Extract<Fit, { readonly at: 'fallback' }>,
  choosing: Choosing,
  model: string,
): Admission {
  const { asked, standIns, passed } = fit;
  const [route, next, ...others] = standIns;
  const search = { route, standIns, reason: 'context_fallback', passed } as const;
  const found = findOpening(dialectOf, { asked, model }, search, choosing);
  if (found.ok) return { ok: true, admitted: { model, request: choosing.request, asked, ...found.opening } };
  if (next === undefined) return refuse(found.error);
  const mute = passedOver(route, 'cannot_say', found.deployment);
  const left = [{ ...next, fallbacks: others }, ...others] as const;
  return admitStandIn(dialectOf, { ...fit, standIns: left, passed: [...passed, mute] }, choosing, model);
}

/** Whether a default need not step in. */
const isServed = ({ index, router }: AdmitDeps, grant: KeyGrant, model: string): boolean =>
  grant.defaultModel === undefined ||
  (grant.mayAsk(model) && router.resolve(modelOfAlias(index, grant.standsFor(model))) !== undefined);

const refuse = (error: GatewayError): Admission => ({ ok: false, error });

/** A model's name as it may stand in a message: bounded, with control characters escaped. */
const quote = (name: string): string => JSON.stringify(name.slice(0, 200));
