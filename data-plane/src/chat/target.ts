import type { GatewayError } from '@tollgate/schema';
import type { Dialect } from '../dialects/dialect.ts';
import type { Deployment, Route } from '../routing/route.ts';
import type { Selection } from '../routing/select.ts';
import { upstreamModelOf } from '../routing/upstream-model.ts';
import type { ChatRequest } from './chat-request.ts';

/** Where one attempt goes, and what it says there. */
export type Target = {
  readonly route: Route;
  readonly deployment: Deployment;
  readonly upstreamModel: string;
  readonly dialect: Dialect;
  /** The request in the provider's dialect. */
  readonly body: Buffer;
};

export type TargetResult =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly error: GatewayError };

export type DialectOf = (deployment: Deployment) => Dialect;

/**
 * Translates a request for a deployment; refused if the provider's format cannot say it.
 * @param requested what a wildcard in the route's name stands for
 */
export function toTarget(
  dialectOf: DialectOf,
  chat: ChatRequest,
  { route, deployment }: Selection,
  requested: string,
): TargetResult {
  const dialect = dialectOf(deployment);
  const upstreamModel = upstreamModelOf(route.name, deployment.upstreamModel, requested);
  const encoded = dialect.encodeRequest(chat, { row: deployment.row, upstreamModel });
  return encoded.ok ? { ok: true, target: { route, deployment, upstreamModel, dialect, body: encoded.body } } : encoded;
}
