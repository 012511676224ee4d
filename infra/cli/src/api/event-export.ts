import { z } from 'zod';
import type { CommandContext } from '../command-context.ts';
import { readAdminToken, readControlPlaneUrl } from '../settings.ts';
import { userError } from '../user-error.ts';
import { unreachable } from './graphql-client.ts';

/** Opens the export of the event log as chunks of text. @throws UserError that says what to do */
export async function openEventExport({ environment, fetch }: CommandContext): Promise<AsyncIterable<Uint8Array>> {
  const url = readControlPlaneUrl(environment);
  const response = await request(url, readAdminToken(environment), fetch);
  if (response.status === 401)
    throw userError(`the control plane at ${url} refused the admin token: set TOLLGATE_ADMIN_TOKEN to the right one`);
  if (response.status === 503)
    throw userError(`the control plane at ${url} is exporting to others; try again in a while`);
  if (response.status === 403) throw userError(`the control plane refused: ${await readRefusal(response)}`);
  if (response.status !== 200 || !response.body)
    throw userError(`${url} does not export its events (HTTP ${response.status}): is TOLLGATE_URL right?`);
  return response.body;
}

const refusal = z.object({ error: z.string() });

async function readRefusal(response: Response): Promise<string> {
  const { data } = refusal.safeParse(await response.json().catch(() => undefined));
  return data?.error ?? 'the log is not for whom this token stands for';
}

async function request(url: string, token: string, send: typeof fetch): Promise<Response> {
  try {
    return await send(`${url}/events/export`, { headers: { authorization: `Bearer ${token}` }, redirect: 'error' });
  } catch (error) {
    throw unreachable(url, error);
  }
}
