import type { Who } from './policy.ts';
import type { TokenScope } from './scopes.ts';

/** Who may ask for a field of the API's root. What he then gets is narrowed further, as `sees` says. */
export type FieldRule = {
  /** Held on the platform; `everyone` who signed in. */
  readonly who: Who;
  /** A service token needs one of these. */
  readonly scopes: readonly TokenScope[];
  /**
   * `all`: no more than `who` narrows it. `entities`: those that `entityPolicy` lets him read. `changes`: each change is
   * decided by `entityPolicy`. `usage`: that of his teams, projects and keys. `own`: what is his. `subject`: the user or
   * service account that he names, if he may change it.
   */
  readonly sees: 'all' | 'entities' | 'changes' | 'usage' | 'own' | 'subject';
};

const PLATFORM: Who = ['platform-admin', 'platform-viewer'];
const READING: readonly TokenScope[] = ['config:read'];
const CHANGING: readonly TokenScope[] = ['config:write', 'keys:write', 'access:write'];
const ANY: readonly TokenScope[] = [...READING, ...CHANGING, 'usage:read'];

const platformReads: FieldRule = { who: PLATFORM, scopes: READING, sees: 'all' };
const platformChanges: FieldRule = { who: ['platform-admin'], scopes: ['config:write'], sees: 'all' };
const reads: FieldRule = { who: 'everyone', scopes: READING, sees: 'entities' };
const changes: FieldRule = { who: 'everyone', scopes: CHANGING, sees: 'changes' };
const drafts: FieldRule = { who: 'everyone', scopes: [...READING, ...CHANGING], sees: 'changes' };
const usage: FieldRule = { who: 'everyone', scopes: ['usage:read'], sees: 'usage' };
const own: FieldRule = { who: 'everyone', scopes: ANY, sees: 'own' };
const subject: FieldRule = { who: 'everyone', scopes: ['access:write'], sees: 'subject' };
const everyone: FieldRule = { who: 'everyone', scopes: ANY, sees: 'all' };

export type FieldRules = Readonly<Record<'Query' | 'Mutation' | 'Subscription', Readonly<Record<string, FieldRule>>>>;

/** Every field of the API's root but those that each kind of entity has. A field without a rule is not served. */
export const fieldPolicy: FieldRules = Object.freeze({
  Query: {
    revision: everyone,
    awaitPropagation: everyone,
    planChangeSet: changes,
    declarations: reads,
    diff: reads,
    entityHistory: reads,
    quotas: reads,

    events: platformReads,
    revisions: platformReads,
    planRollback: platformChanges,
    drafts,
    reviewDraft: drafts,
    nodes: platformReads,
    sealingKeys: platformReads,

    usage,
    requests: usage,
    explainRequest: usage,

    me: own,
    mySessions: own,
    sessions: subject,
    serviceTokens: subject,
  },
  Mutation: {
    commitChangeSet: changes,

    rollback: platformChanges,
    proposeDraft: changes,
    approveDraft: changes,
    rebaseDraft: changes,
    discardDraft: changes,
    commitDraft: changes,
    rewrapDataKeys: platformChanges,
    adjustQuota: changes,
    resetQuota: changes,
    releaseHolders: platformChanges,

    endMySession: own,
    endSessions: subject,
    createPasswordSetup: subject,
    issueServiceToken: subject,
    revokeServiceToken: subject,
  },
  Subscription: {
    revisionCommitted: platformReads,
    nodeChanged: platformReads,
  },
});

/** The rule of the queries that each kind of entity has. */
export const entityQueryRule = reads;
/** The rule of the mutations that each kind of entity has. */
export const entityMutationRule = changes;
