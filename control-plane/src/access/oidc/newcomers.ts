import type { RequestedChange } from '../../change-set/change-request.ts';
import type { ChangeSets } from '../../change-set/change-sets.ts';
import type { KnownUser, Users } from '../sign-in/users.ts';

/** Declares users for people whom a rule lets in though nobody has declared them. */
export type Newcomers = {
  /** @returns undefined if no rule lets somebody with this address in */
  admit(email: string): Promise<KnownUser | undefined>;
};

export type NewcomersDeps = {
  /** Whoever has a verified address of one of these domains is let in; he holds no role until somebody gives him one. */
  readonly domains: readonly string[];
  readonly users: Users;
  readonly changeSets: Pick<ChangeSets, 'commit'>;
};

const NAMES_TRIED_MAX = 20;

/** A user is declared by a change set like any other, so the history says when he first came. */
export function createNewcomers({ domains, users, changeSets }: NewcomersDeps): Newcomers {
  const origin = { actor: 'oidc', source: 'api', authorize: () => [] } as const;
  const reason = 'signed in for the first time';

  return {
    /** The name may be another's, or the same person may be coming in elsewhere at the same time. */
    async admit(email) {
      if (!domains.includes(domainOf(email))) return undefined;
      for (let number = 1; number <= NAMES_TRIED_MAX; number += 1) {
        const name = userNameOf(email, number);
        // Version 0: a user of this name who is there already must never get the newcomer's address.
        const change: RequestedChange = { op: 'put', kind: 'user', name, declaration: { email }, expectedVersion: 0 };
        const { committed } = await changeSets.commit({ changes: [change], reason }, origin);
        const user = committed ? await users.byName(name) : await users.byEmail(email);
        if (user) return user;
      }
      return undefined;
    },
  };
}

const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1);

/** `ada.lovelace@example.com` becomes `ada.lovelace`, then `ada.lovelace-2`. */
export function userNameOf(email: string, number: number): string {
  const local = email.slice(0, email.lastIndexOf('@')).toLowerCase();
  const name = local.replace(/[^a-z0-9._-]+/g, '-').replace(/^[^a-z0-9]+/, '');
  const short = name.slice(0, 100) || 'user';
  return number === 1 ? short : `${short}-${number}`;
}
