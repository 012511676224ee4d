import type { GatewayError, RoutingChoice } from '@tollgate/schema';
import type { Caller } from '../admission/authorize.ts';
import type { KeyGrant } from '../admission/key-grant.ts';
import type { ConfigIndex } from '../config/config-index.ts';
import { modelOfAlias } from '../routing/alias.ts';
import { explainFirst } from '../routing/choice.ts';
import type { Route } from '../routing/route.ts';
import type { Router } from '../routing/router.ts';
import { selectFirst } from '../routing/select.ts';
import type { RoutingHeaders, RoutingRequest } from '../routing/strategies/strategy.ts';
import type { ChatRequest } from './chat-request.ts';
import { type DialectOf, type Target, toTarget } from './target.ts';

export type Admitted = {
  /** The public name that was admitted. */
  readonly model: string;
  readonly request: RoutingRequest;
  /** The route of what was asked for. */
  readonly asked: Route;
  /** Where its first attempt goes. */
  readonly target: Target;
  /** What that rests on; undefined if there was no choice. */
  readonly choice: RoutingChoice | undefined;
};

export type Admission =
  | { readonly ok: true; readonly admitted: Admitted }
  | { readonly ok: false; readonly error: GatewayError };

type AdmitDeps = {
  readonly index: ConfigIndex;
  readonly router: Router;
  readonly dialectOf: DialectOf;
  readonly random: number;
  readonly headers: RoutingHeaders | undefined;
  /** On the clock of `nowUs`, in milliseconds. */
  readonly nowMs: number;
};

/** Resolves the model, checks that the caller may use it, chooses a deployment and translates the request for it. */
export function admit(deps: AdmitDeps, { key, grant }: Caller, chat: ChatRequest): Admission {
  const { index, router, dialectOf, random, nowMs } = deps;
  const model = isServed(deps, grant, chat.model) ? chat.model : (grant.defaultModel ?? chat.model);
  const requested = modelOfAlias(index, grant.standsFor(model));
  const asked = router.resolveFor(requested, grant.tags);
  if (asked === undefined) {
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
  const chosen = selectFirst(asked, choosing);
  const result = toTarget(dialectOf, chat, chosen, chosen.route === asked ? requested : chosen.route.name);
  if (!result.ok) return refuse(result.error);
  const choice = explainFirst(asked, chosen, choosing);
  return { ok: true, admitted: { model, request, asked, target: result.target, choice } };
}

/** Whether a default need not step in. */
const isServed = ({ index, router }: AdmitDeps, grant: KeyGrant, model: string): boolean =>
  grant.defaultModel === undefined ||
  (grant.mayAsk(model) && router.resolve(modelOfAlias(index, grant.standsFor(model))) !== undefined);

const refuse = (error: GatewayError): Admission => ({ ok: false, error });

/** A model's name as it may stand in a message: bounded, with control characters escaped. */
const quote = (name: string): string => JSON.stringify(name.slice(0, 200));
