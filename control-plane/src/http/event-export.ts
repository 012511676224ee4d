import type { FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import type { Authenticator } from '../access/authenticate.ts';
import { holdsOne } from '../access/decide.ts';
import { fieldPolicy } from '../access/field-policy.ts';
import type { Principal } from '../access/principal.ts';
import type { Tables } from '../database/tables.ts';
import { exportLog } from '../event-store/export-log.ts';
import { createLineStreams } from './line-streams.ts';

export const EVENT_EXPORT_PATH = '/events/export';

const LIMITS = { atOnce: 2, waitingMax: 20, timeoutMs: 3_600_000 };

/** `GET /events/export`: the whole log, hashes included, for whoever may read it by the API. */
export function addEventExport(
  app: FastifyInstance,
  { db, authenticator }: { readonly db: Kysely<Tables>; readonly authenticator: Authenticator },
): void {
  const streams = createLineStreams(app, LIMITS);
  app.get(EVENT_EXPORT_PATH, async (request, reply) => {
    const known = await authenticator.authenticate(request.headers, false);
    if (known.kind !== 'known') return reply.code(401).send({ error: 'sign in, or send a token' });
    if (!mayReadLog(known.principal)) {
      const error =
        'the log is for the roles platform-admin and platform-viewer, and for tokens with the scope CONFIG_READ';
      return reply.code(403).send({ error });
    }
    return await streams.send(request, reply, () => exportLog(db));
  });
}

/** The same rule as for the query `events`. */
function mayReadLog(principal: Principal): boolean {
  const rule = fieldPolicy.Query['events'];
  if (!rule?.scopes.some((scope) => principal.scopes.includes(scope))) return false;
  return rule.who === 'everyone' || holdsOne(principal, rule.who, []);
}
