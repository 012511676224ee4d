import type { Kysely } from 'kysely';
import type { Access } from '../access/access.ts';
import { createEntityReader, type EntityReader } from '../access/entity-reader.ts';
import { actorOf, type Principal } from '../access/principal.ts';
import type { ChangeSets } from '../change-set/change-sets.ts';
import type { Tables } from '../database/tables.ts';
import type { Drafts } from '../draft/drafts.ts';
import type { FleetService } from '../fleet/start-fleet.ts';
import type { Quotas } from '../quota/quotas.ts';
import type { SealingService } from '../secrets/sealing-service.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { createQuotaLoader, type QuotaLoader } from './quota/quota-loader.ts';
import type { UsageQueries } from './usage/usage-queries.ts';

/** What resolvers work with; the same for each request. */
export type GraphQLServices = {
  readonly db: Kysely<Tables>;
  readonly changeSets: ChangeSets;
  readonly drafts: Drafts;
  readonly fleet: Pick<FleetService, 'nodes' | 'waitFor' | 'revisionFeed' | 'nodeFeed'>;
  readonly usage: UsageQueries;
  readonly quotas: Quotas;
  /** Opens personal data. */
  readonly secrets: Pick<SecretStore, 'read'>;
  readonly sealing: SealingService;
  readonly access: Pick<Access, 'sessions' | 'passwords' | 'serviceTokens' | 'authorize'>;
};

export type GraphQLContext = GraphQLServices & {
  /** Who asks; undefined if nobody knows, and then nothing but introspection is answered. */
  readonly principal: Principal | undefined;
  /** How the history names who asks. */
  readonly actor: string | undefined;
  /** The entities that who asks may see. Fields that are for everyone read through this alone. */
  readonly entities: EntityReader;
  readonly quotaLoader: QuotaLoader;
  /** Ends the connection of a client that reads a subscription too slowly; undefined where there are none. */
  readonly dropClient?: (reason: string) => void;
};

/** Sees nothing. */
const NOBODY: Principal = Object.freeze({ kind: 'user', name: '', sessionId: '', bindings: [], scopes: [] });

export const createContext = (services: GraphQLServices, principal: Principal | undefined): GraphQLContext => ({
  ...services,
  principal,
  actor: principal && actorOf(principal),
  entities: createEntityReader(services.db, principal ?? NOBODY),
  quotaLoader: createQuotaLoader(services.quotas.read),
});
