import type { GatewayError } from '@tollgate/schema';
import { mayUseModel } from '../admission/model-access.ts';
import type { ConfigIndex, KeyEntry } from '../config/config-index.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Deployment, Route } from '../routing/route.ts';
import { chooseDeployment, type Router, upstreamModelOf } from '../routing/router.ts';
import type { ChatRequest } from './chat-request.ts';

export type Admitted = {
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

/** Resolves the model, checks that the key may use it, chooses a deployment and translates the request for it. */
export function admit(
  {
    index,
    router,
    dialectOf,
    random,
  }: { index: ConfigIndex; router: Router; dialectOf: (deployment: Deployment) => Dialect; random: number },
  key: KeyEntry,
  chat: ChatRequest,
): Admission {
  const route = router.resolve(chat.model);
  if (route === undefined) {
    return refuse({ code: 'model_not_found', message: `There is no model ${quote(chat.model)} here.`, param: 'model' });
  }
  if (!mayUseModel(index, key, chat.model)) {
    return refuse({
      code: 'model_not_allowed',
      message: `The API key ${key.name} may not use the model ${quote(chat.model)}.`,
      param: 'model',
    });
  }
  const deployment = chooseDeployment(route, random);
  const dialect = dialectOf(deployment);
  const upstreamModel = upstreamModelOf(route, deployment, chat.model);
  const encoded = dialect.encodeRequest(chat, { row: deployment.row, upstreamModel });
  return encoded.ok
    ? { ok: true, admitted: { route, deployment, dialect, upstreamModel, body: encoded.body } }
    : refuse(encoded.error);
}

const refuse = (error: GatewayError): Admission => ({ ok: false, error });

/** A model's name as it may stand in a message: bounded, with control characters escaped. */
const quote = (name: string): string => JSON.stringify(name.slice(0, 200));
