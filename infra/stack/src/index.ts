export type { ChildExit } from './child-process.ts';
export { type ClickHouseOptions, type RunningClickHouse, startClickHouse } from './clickhouse/start-clickhouse.ts';
export { findFreePort } from './free-port.ts';
export { type KafkaAvailability, kafkaAvailability } from './kafka/availability.ts';
export { type KafkaOptions, type RunningKafka, startKafka } from './kafka/start-kafka.ts';
export { type PostgresOptions, type RunningPostgres, startPostgres } from './postgres/start-postgres.ts';
export { type PlaneName, type RunningPlane, startPlane } from './tollgate/start-plane.ts';
export { type RunningTollgate, startTollgate, type TollgateOptions } from './tollgate/start-tollgate.ts';
