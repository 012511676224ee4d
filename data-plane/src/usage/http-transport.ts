import { SEGMENT_ID_HEADER, SEGMENT_PATH, type UsageTransport } from '@tollgate/schema';

const SEND_TIMEOUT_MS = 30_000;

/** Sends segments straight to the ingester, which answers once ClickHouse has them. */
export function createHttpTransport(analyticsUrl: string, internalToken: string): UsageTransport {
  const url = new URL(SEGMENT_PATH, analyticsUrl);
  return {
    async send({ id, body }) {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${internalToken}`,
          'content-type': 'application/x-ndjson',
          [SEGMENT_ID_HEADER]: id,
        },
        body: new Uint8Array(body),
        signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
      });
      const answer = await response.text();
      if (!response.ok) throw new Error(`the ingester answered ${response.status}: ${answer.slice(0, 200)}`);
    },
    close: async () => {},
  };
}
