import { createKeyring } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { readEnvironment } from './environment.ts';

const GOOD = { CLICKHOUSE_URL: 'http://127.0.0.1:8123', TOLLGATE_SEAL_KEY: Buffer.alloc(32, 1).toString('base64') };

test('the defaults are those of the architecture', () => {
  expect(readEnvironment(GOOD)).toMatchObject({
    config: { host: '127.0.0.1', port: 4200, kafkaBrokers: [], clickHouse: { database: 'tollgate' } },
    logLevel: 'info',
  });
});

test('it says by their ids which sealing keys it accepts, the current one first', () => {
  const previous = Buffer.alloc(32, 2).toString('base64');
  const { config } = readEnvironment({ ...GOOD, TOLLGATE_SEAL_KEY_PREVIOUS: previous });
  const { accepted } = createKeyring(GOOD.TOLLGATE_SEAL_KEY, [previous]);
  expect(config.sealingKeys).toEqual(accepted.map(({ keyId }) => keyId));
  expect(config.internalTokens).toHaveLength(2);
});

test('brokers are a list with commas', () => {
  expect(readEnvironment({ ...GOOD, KAFKA_BROKERS: 'a:9092, b:9092,' }).config.kafkaBrokers).toEqual([
    'a:9092',
    'b:9092',
  ]);
});

test('all that is wrong is told at once, by name', () => {
  const read = () => readEnvironment({ TOLLGATE_ANALYTICS_PORT: 'x', LOG_LEVEL: 'loud' });
  for (const name of ['CLICKHOUSE_URL', 'TOLLGATE_SEAL_KEY', 'TOLLGATE_ANALYTICS_PORT', 'LOG_LEVEL'])
    expect(read).toThrow(name);
});
