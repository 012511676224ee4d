import { USAGE_TOPIC } from '@tollgate/schema';
import kafkajs from 'kafkajs';

/** The consumer group of the ingester. */
const INGEST_GROUP = 'tollgate-ingest';

/** Counts the messages of the usage topic that the ingester has not committed yet. */
export function createBusLag(brokers: string): () => Promise<number> {
  const kafka = new kafkajs.Kafka({ clientId: 'chaos', brokers: [brokers], logLevel: kafkajs.logLevel.NOTHING });
  return async () => {
    const admin = kafka.admin();
    await admin.connect();
    try {
      const [group] = await admin.fetchOffsets({ groupId: INGEST_GROUP, topics: [USAGE_TOPIC] });
      const committed = new Map(group?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
      const ends = await admin.fetchTopicOffsets(USAGE_TOPIC);
      // A group that has committed nothing says -1.
      return ends.reduce(
        (sum, { partition, high }) => sum + Number(high) - Math.max(0, committed.get(partition) ?? 0),
        0,
      );
    } finally {
      await admin.disconnect();
    }
  };
}
