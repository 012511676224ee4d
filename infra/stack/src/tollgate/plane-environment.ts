/** What each process is told; a value of the caller's environment comes before the embedded default. */
export type StackAddresses = {
  readonly databaseUrl: string;
  readonly clickHouseUrl: string;
  readonly sealKey: string;
  readonly dataDir: string;
};

type Environment = Readonly<Record<string, string | undefined>>;

const CONTROL_PORT = '4100';
const ANALYTICS_PORT = '4200';

/** The environments of the three planes, so that they find one another on the ports of this stack. */
export function planeEnvironments(
  given: Environment,
  { databaseUrl, clickHouseUrl, sealKey, dataDir }: StackAddresses,
) {
  const controlUrl = `http://127.0.0.1:${given['TOLLGATE_CONTROL_PORT'] ?? CONTROL_PORT}`;
  const analyticsUrl = `http://127.0.0.1:${given['TOLLGATE_ANALYTICS_PORT'] ?? ANALYTICS_PORT}`;
  const shared = {
    ...tollgateOnly(given),
    TOLLGATE_SEAL_KEY: sealKey,
    TOLLGATE_DATA_DIR: dataDir,
    TOLLGATE_CONTROL_URL: controlUrl,
    TOLLGATE_ANALYTICS_URL: analyticsUrl,
  };
  const { TOLLGATE_ADMIN_TOKEN, TOLLGATE_OIDC_CLIENT_SECRET, ...common } = shared as Environment;
  const people = { TOLLGATE_ADMIN_TOKEN, TOLLGATE_OIDC_CLIENT_SECRET };
  return {
    'control-plane': { ...common, ...people, DATABASE_URL: databaseUrl },
    analytics: { ...common, CLICKHOUSE_URL: clickHouseUrl, KAFKA_BROKERS: given['KAFKA_BROKERS'] },
    'data-plane': { ...common, KAFKA_BROKERS: given['KAFKA_BROKERS'] },
  } as const;
}

/** A process gets no more of the environment than is meant for it: the shell may hold other programs' secrets. */
function tollgateOnly(given: Environment): Environment {
  const isMeant = (name: string) =>
    name.startsWith('TOLLGATE_') || name === 'LOG_LEVEL' || name === 'NODE_EXTRA_CA_CERTS';
  return Object.fromEntries(Object.entries(given).filter(([name]) => isMeant(name)));
}
