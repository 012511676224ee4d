import { type Role, type RoleLevel, roleNames, roles } from '@tollgate/schema';

/** Where a role is held: everywhere, or in an organization, team or project and all that belongs to it. */
export type Place = 'platform' | `${Exclude<RoleLevel, 'platform'>}:${string}`;

export type RoleBinding = { readonly role: Role; readonly on: Place };

type RoleMeaning = {
  readonly description: string;
  /** The roles that its holder may give to others, within the place where he holds it. */
  readonly mayGive: readonly Role[];
};

export const roleMeanings: Readonly<Record<Role, RoleMeaning>> = Object.freeze({
  'platform-admin': {
    description: 'Does everything.',
    mayGive: roleNames,
  },
  'platform-viewer': {
    description: 'Reads everything, changes nothing.',
    mayGive: [],
  },
  'organization-admin': {
    description: 'Administers the teams of an organization and everything in them.',
    mayGive: ['organization-admin', 'team-admin', 'billing-viewer', 'member'],
  },
  'team-admin': {
    description:
      'Administers the projects, keys, members and service accounts of a team, within what the team is given.',
    mayGive: ['team-admin', 'billing-viewer', 'member'],
  },
  'billing-viewer': {
    description: 'Reads usage, cost and budgets.',
    mayGive: [],
  },
  member: {
    description: 'Reads what is configured; sees the usage of his own keys, and may block or rotate them.',
    mayGive: [],
  },
});

export const levelOf = (place: Place): RoleLevel => place.split(':', 1)[0] as RoleLevel;

/** Whether a role means anything where it is held. Declarations are checked for it; this is for what was stored before. */
export const isBindable = ({ role, on }: RoleBinding): boolean =>
  (roles[role] as readonly RoleLevel[]).includes(levelOf(on));

/** `team:search` as people read it. */
export const describePlace = (place: Place): string =>
  place === 'platform' ? 'the platform' : place.replace(':', ' ');
