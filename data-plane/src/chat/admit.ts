import type { GatewayError } from '@tollgate/schema';
import type { Caller } from '../admission/authorize.ts';
import type { KeyGrant } from '../admission/key-grant.ts';
import type { ConfigIndex } from '../config/config-index.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { modelOfAlias } from '../routing/alias.ts';
import type { Deployment, Route } from '../routing/route.ts';
import { chooseDeployment, type Router, upstreamModelOf } from '../routing/router.ts';
import type { ChatRequest } from './chat-request.ts';

export type Admitted = {
  /** The public name that was admitted. */
  readonly model: string;
  readonly route: Route;
  readonly deployment: Deployment;
  readonly dialect: Dialect;
  readonly upstreamModel: string;
  /** The request in the provider's dialect. */
  readonly body: Buffer;
};

export type Admission =
  | { readonly ok: true; readonly admitted: Admitted }
  | { readonly ok: false; readonly error: GatewayError };

type AdmitDeps = {
  readonly index: ConfigIndex;
  readonly router: Router;
  readonly dialectOf: (deployment: Deployment) => Dialect;
  readonly random: number;
};

/** Resolves the model, checks that the caller may use it, chooses a deployment and translates the request for it. */
export function admit(deps: AdmitDeps, { key, grant }: Caller, chat: ChatRequest): Admission {
  const { index, router, dialectOf, random } = deps;
  const model = isServed(deps, grant, chat.model) ? chat.model : (grant.defaultModel ?? chat.model);
  const target = modelOfAlias(index, model);
  const route = router.resolve(target);
  if (route === undefined) {
    return refuse({ code: 'model_not_found', message: `There is no model ${quote(model)} here.`, param: 'model' });
  }
  if (!grant.mayUse(model)) {
    return refuse({
      code: 'model_not_allowed',
      message: `The API key ${key.name} may not use the model ${quote(model)}.`,
      param: 'model',
    });
  }
  const deployment = chooseDeployment(route, random);
  const dialect = dialectOf(deployment);
  const upstreamModel = upstreamModelOf(route, deployment, target);
  const encoded = dialect.encodeRequest(chat, { row: deployment.row, upstreamModel });
  return encoded.ok
    ? { ok: true, admitted: { model, route, deployment, dialect, upstreamModel, body: encoded.body } }
    : refuse(encoded.error);
}

/** Whether a default need not step in. */
const isServed = ({ index, router }: AdmitDeps, grant: KeyGrant, model: string): boolean =>
  grant.defaultModel === undefined || (grant.mayUse(model) && router.resolve(modelOfAlias(index, model)) !== undefined);

const refuse = (error: GatewayError): Admission => ({ ok: false, error });

/** A model's name as it may stand in a message: bounded, with control characters escaped. */
const quote = (name: string): string => JSON.stringify(name.slice(0, 200));
