import { SEGMENT_ID_HEADER, SEGMENT_PATH, type TokenChoice, type UsageTransport } from '@tollgate/schema';
import { createPost } from './post-bytes.ts';

const SEND_TIMEOUT_MS = 30_000;

/** Sends segments straight to the ingester, which answers once ClickHouse has them. */
export function createHttpTransport(analyticsUrl: string, tokens: TokenChoice): UsageTransport {
  const post = createPost(new URL(SEGMENT_PATH, analyticsUrl), SEND_TIMEOUT_MS);
  return {
    async send({ id, body }) {
      const { status, text } = await tokens.ask((token) =>
        post(
          {
            authorization: `Bearer ${token}`,
            'content-type': 'application/x-ndjson',
            [SEGMENT_ID_HEADER]: id,
          },
          body,
        ),
      );
      if (status >= 300) throw new Error(`the ingester answered ${status}: ${text.slice(0, 200)}`);
    },
    close: async () => {},
  };
}
