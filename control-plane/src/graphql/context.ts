import type { Kysely } from 'kysely';
import type { ChangeSets } from '../change-set/change-sets.ts';
import type { Tables } from '../database/tables.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { UsageQueries } from './usage/usage-queries.ts';

/** What resolvers work with; the same for each request. */
export type GraphQLServices = {
  readonly db: Kysely<Tables>;
  readonly changeSets: ChangeSets;
  readonly fleet: Pick<Fleet, 'nodes'>;
  readonly usage: UsageQueries;
};

export type GraphQLContext = GraphQLServices & {
  /** Undefined without a valid token; then nothing but introspection is answered. */
  readonly actor: string | undefined;
};
