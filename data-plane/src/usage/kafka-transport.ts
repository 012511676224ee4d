import { SEGMENT_ID_HEADER, USAGE_TOPIC, type UsageTransport } from '@tollgate/schema';
import { CompressionTypes, Kafka, logLevel, type Producer } from 'kafkajs';

/**
 * Sends segments to Kafka, one message each, and waits until all in-sync replicas have it. The node's retry loop is
 * the one that lasts; the client itself gives up soon so that an outage is seen. A message that is sent twice is dropped
 * by its segment's id, so the producer need not be idempotent.
 */
export function createKafkaTransport(brokers: readonly string[], clientId: string): UsageTransport {
  const kafka = new Kafka({
    clientId,
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3_000,
    retry: { retries: 2 },
  });
  let connecting: Promise<Producer> | undefined;

  function connect(): Promise<Producer> {
    connecting ??= (async () => {
      const producer = kafka.producer({ allowAutoTopicCreation: true, retry: { retries: 2 } });
      await producer.connect();
      return producer;
    })();
    connecting.catch(() => {
      connecting = undefined;
    });
    return connecting;
  }

  return {
    async send({ id, body }) {
      const producer = await connect();
      await producer.send({
        topic: USAGE_TOPIC,
        acks: -1,
        compression: CompressionTypes.GZIP,
        timeout: 15_000,
        messages: [{ key: id.split('.')[0] ?? id, value: body, headers: { [SEGMENT_ID_HEADER]: id } }],
      });
    },
    async close() {
      const producer = await connecting?.catch(() => undefined);
      await producer?.disconnect();
    },
  };
}
