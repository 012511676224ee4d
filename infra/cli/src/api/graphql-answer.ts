import { z } from 'zod';
import { userError } from '../user-error.ts';

const envelope = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.object({ code: z.string().optional() }).optional() }))
    .optional(),
});

type Context = { readonly url: string; readonly hide: (message: string) => string };

/** Reads the answer to an operation. @throws UserError for errors, and for answers of another shape. */
export function readAnswer<Answer>(
  { status, body }: { readonly status: number; readonly body: string },
  answer: z.ZodType<Answer>,
  { url, hide }: Context,
): Answer {
  const parsed = envelope.safeParse(parseJson(body));
  const errors = parsed.data?.errors ?? [];
  if (status === 401 || errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED'))
    throw userError(`the control plane at ${url} refused the admin token: set TOLLGATE_ADMIN_TOKEN to the right one`);
  if (!parsed.success)
    throw userError(
      `${url} does not answer as a Tollgate control plane does (HTTP ${status}): is TOLLGATE_URL right?`,
      { isOutcomeUnknown: status >= 500 },
    );
  if (errors.length > 0) throw userError(hide(errors.map(formatError).join('\n')), { isOutcomeUnknown: status >= 500 });
  const data = answer.safeParse(parsed.data.data);
  if (!data.success)
    throw userError(
      `the control plane at ${url} answered in a shape that this command does not know: are both of the same version?`,
      { isOutcomeUnknown: true },
    );
  return data.data;
}

function formatError({
  message,
  extensions,
}: {
  message: string;
  extensions?: { code?: string | undefined } | undefined;
}): string {
  return `the control plane refused: ${message}${extensions?.code ? ` (${extensions.code})` : ''}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
