import pico from 'picocolors';
import { expect, it } from 'vitest';
import type { EntityChange } from '../api/history.ts';

import { renderHistory } from './history.ts';

const change: EntityChange = {
  version: 2,
  revision: 7,
  action: 'UPDATE',
  fields: [],
  actor: 'user:ada',
  source: 'cli',
  owner: 'gateway',
  reason: null,
  at: '2027-01-04T09:12:33.108Z',
  rolledBackTo: null,
  proposedBy: null,
  approvedBy: [],
  approvalOverridden: false,
};
const render = (more: Partial<EntityChange>) =>
  renderHistory([{ ...change, ...more }], pico.createColors(false))
    .split('\n')
    .slice(1);

it('says why, whereto it went back, who proposed and approved it, and that it was approved by nobody', () => {
  expect(render({})).toEqual([]);
  expect(render({ reason: 'cheaper', proposedBy: 'user:bob', approvedBy: ['user:eve', 'user:zoe'] })).toEqual([
    '  because: cheaper',
    '  proposed by user:bob, approved by user:eve, user:zoe',
  ]);
  expect(render({ rolledBackTo: 3, proposedBy: 'user:bob' })).toEqual([
    '  went back to revision 3',
    '  proposed by user:bob',
  ]);
  expect(render({ reason: 'urgent', approvalOverridden: true })).toEqual([
    '  because: urgent',
    '  without the approvals that rules ask for',
  ]);
});
