import type { z } from 'zod';
import { userError } from '../user-error.ts';
import { readAnswer } from './graphql-answer.ts';
import { redact } from './redact.ts';

/** A GraphQL operation and the shape of its `data`. */
export type Operation<Answer> = { readonly text: string; readonly answer: z.ZodType<Answer> };

export type GraphqlClient = {
  /**
   * Sends one operation. `secrets` are the values within `variables` that no message may repeat.
   * @throws UserError that says what to do, for whatever keeps the answer from being had.
   */
  request<Answer>(
    operation: Operation<Answer>,
    variables?: Readonly<Record<string, unknown>>,
    secrets?: readonly string[],
  ): Promise<Answer>;
};

type Deps = {
  readonly url: string;
  readonly token: string;
  readonly fetch: typeof fetch;
  /** Large change sets take their time. */
  readonly timeoutMs?: number;
};

export function createGraphqlClient({ url, token, fetch, timeoutMs = 60_000 }: Deps): GraphqlClient {
  return {
    async request({ text, answer }, variables = {}, secrets = []) {
      const response = await send(JSON.stringify({ query: text, variables }));
      return readAnswer(response, answer, { url, hide: (message) => redact(message, [token, ...secrets]) });
    },
  };

  async function send(body: string): Promise<{ readonly status: number; readonly body: string }> {
    try {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: response.status, body: await response.text() };
    } catch (error) {
      throw unreachable(url, error, timeoutMs);
    }
  }
}

/** The connection's own codes; with these, nothing was sent. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Says why nothing was answered, and what to do. */
export function unreachable(url: string, error: unknown, timeoutMs = 0): Error {
  if (error instanceof Error && error.name === 'TimeoutError')
    return userError(`the control plane at ${url} did not answer within ${timeoutMs / 1000} s`, {
      isOutcomeUnknown: true,
    });
  const code = codeOf(error);
  return userError(
    `cannot reach the control plane at ${url} (${code}): is it running there? TOLLGATE_URL says where to look`,
    { isOutcomeUnknown: !NEVER_SENT.has(code) },
  );
}

/** Node's fetch hides the system's error in `cause`; with several addresses, that one holds several. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error.cause !== undefined) return codeOf(error.cause);
  return error instanceof AggregateError && error.errors.length > 0 ? codeOf(error.errors[0]) : error.name;
}
