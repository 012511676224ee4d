import {
  type EntityKind,
  entityKinds,
  type QuotaUnit,
  type usageBuckets,
  type usageDimensions,
} from '@tollgate/schema';
import { registerEnumType } from 'type-graphql';
import type { ChangeOrigin } from '../change-set/change-request.ts';
import type { PlanAction } from '../change-set/plan-entry.ts';
import type { ChangeCause } from '../change-set/planned-command.ts';
import { toEnumName } from './entity/enum-types.ts';

export const EntityKindEnum: Readonly<Record<string, EntityKind>> = Object.fromEntries(
  entityKinds.map((kind) => [toEnumName(kind), kind]),
);
registerEnumType(EntityKindEnum, { name: 'EntityKind', description: 'A kind of entity of the configuration.' });

export const ChangeSourceEnum = {
  API: 'api',
  CLI: 'cli',
  CONSOLE: 'console',
} as const satisfies Record<string, ChangeOrigin['source']>;
registerEnumType(ChangeSourceEnum, { name: 'ChangeSource', description: 'What a change was made through.' });

export const PlanActionEnum = {
  CREATE: 'create',
  UPDATE: 'update',
  DELETE: 'delete',
  BLOCK: 'block',
  UNBLOCK: 'unblock',
  ERASE: 'erase',
  ROTATE: 'rotate',
  TAKE_OVER: 'take-over',
} as const satisfies Record<string, PlanAction>;
registerEnumType(PlanActionEnum, { name: 'PlanAction', description: 'What a change does to an entity.' });

export const ChangeCauseEnum = {
  REQUESTED: 'requested',
  PRUNE: 'prune',
  CASCADE: 'cascade',
} as const satisfies Record<string, ChangeCause>;
registerEnumType(ChangeCauseEnum, {
  name: 'ChangeCause',
  description: 'Why a change set changes an entity.',
  valuesConfig: {
    REQUESTED: { description: 'It was asked for.' },
    PRUNE: { description: 'Its document no longer puts it.' },
    CASCADE: { description: 'What it uses is deleted.' },
  },
});

export const UsageBucketEnum = {
  MINUTE: 'minute',
  HOUR: 'hour',
  DAY: 'day',
  MONTH: 'month',
} as const satisfies Record<string, (typeof usageBuckets)[number]>;
registerEnumType(UsageBucketEnum, { name: 'UsageBucket', description: 'The length of a time bucket, in UTC.' });

export const UsageDimensionEnum = {
  KEY: 'key',
  ORGANIZATION: 'organization',
  TEAM: 'team',
  PROJECT: 'project',
  USER: 'user',
  CUSTOMER: 'customer',
  END_USER: 'endUser',
  MODEL: 'model',
  PROVIDER: 'provider',
  DEPLOYMENT: 'deployment',
  REVISION: 'revision',
  CAUSE: 'cause',
} as const satisfies Record<string, (typeof usageDimensions)[number]>;
registerEnumType(UsageDimensionEnum, { name: 'UsageDimension', description: 'What usage can be grouped by.' });

export const QuotaUnitEnum = {
  NANO_USD: 'nano_usd',
  TOKENS: 'tokens',
  REQUESTS: 'requests',
  CONCURRENT: 'concurrent',
} as const satisfies Record<string, QuotaUnit>;
registerEnumType(QuotaUnitEnum, {
  name: 'QuotaUnit',
  description: 'What a quota counts.',
  valuesConfig: {
    NANO_USD: { description: 'Money, in 10⁻⁹ USD.' },
    TOKENS: { description: 'Tokens of prompts and answers.' },
    REQUESTS: { description: 'Requests.' },
    CONCURRENT: { description: 'Requests that are under way at the same time.' },
  },
});
