import kafkajs from 'kafkajs';

const SHORT_MS = 2_000;

/** Does the broker list itself in the cluster and know its controller? Until then it takes no work. */
export async function answersMetadata(broker: string): Promise<boolean> {
  const client = new kafkajs.Kafka({
    brokers: [broker],
    clientId: 'tollgate-probe',
    connectionTimeout: SHORT_MS,
    requestTimeout: SHORT_MS,
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 0 },
  });
  const admin = client.admin();
  try {
    await admin.connect();
    const cluster = await admin.describeCluster();
    return cluster.brokers.length > 0 && cluster.controller !== null;
  } catch {
    return false;
  } finally {
    await admin.disconnect().catch(() => {});
  }
}
