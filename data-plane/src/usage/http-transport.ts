import { SEGMENT_ID_HEADER, SEGMENT_PATH, type UsageTransport } from '@tollgate/schema';
import { createPost } from './post-bytes.ts';

const SEND_TIMEOUT_MS = 30_000;

/** Sends segments straight to the ingester, which answers once ClickHouse has them. */
export function createHttpTransport(analyticsUrl: string, internalToken: string): UsageTransport {
  const post = createPost(new URL(SEGMENT_PATH, analyticsUrl), SEND_TIMEOUT_MS);
  return {
    async send({ id, body }) {
      const headers = {
        authorization: `Bearer ${internalToken}`,
        'content-type': 'application/x-ndjson',
        [SEGMENT_ID_HEADER]: id,
      };
      const { status, text } = await post(headers, body);
      if (status >= 300) throw new Error(`the ingester answered ${status}: ${text.slice(0, 200)}`);
    },
    close: async () => {},
  };
}
