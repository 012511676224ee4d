import { codeOf } from '../api/graphql-client.ts';

const PROBE_TIMEOUT_MS = 5_000;

/** Whether a process says that it is ready: `status` of its `/readyz`, or why there is none. */
export type Readiness = { readonly status: number } | { readonly unreachable: string };

export async function probeReadiness(url: string, fetchUrl: typeof fetch): Promise<Readiness> {
  try {
    const response = await fetchUrl(`${url}/readyz`, {
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
      redirect: 'error',
    });
    await response.body?.cancel();
    return { status: response.status };
  } catch (error) {
    return { unreachable: error instanceof Error && error.name === 'TimeoutError' ? 'no answer' : codeOf(error) };
  }
}
