import type { GatewayError } from '@tollgate/schema';

/** Collects what a translation cannot say; the first one becomes the answer. */
export type Refusals = GatewayError[];

/** The field is fine in OpenAI's API, but Anthropic's has no word for it. */
export function refuseUnsupported(refusals: Refusals, param: string, reason: string): undefined {
  refusals.push({
    code: 'unsupported_parameter',
    message: `'${param}' cannot be used with this model: ${reason}`,
    param,
  });
  return undefined;
}

/** The field is wrong in OpenAI's API as well. */
export function refuseInvalid(refusals: Refusals, param: string, reason: string): undefined {
  refusals.push({ code: 'invalid_request', message: `Invalid value for '${param}': ${reason}`, param });
  return undefined;
}
