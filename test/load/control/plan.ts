import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCli } from '../../support/cli.ts';
import { median } from '../measure/samples.ts';
import type { Bed } from './bed.ts';
import { monotonicMs } from './change-sets.ts';

export interface PlanFigures {
  readonly entities: number;
  /** `tollgate plan` of a document of which nothing is there yet. */
  readonly newSeconds: number;
  readonly applySeconds: number;
  /** Of the same document once it is applied, with ten keys changed: the median of three. */
  readonly changedSeconds: number;
}

const TEAMS_SHARE = 0.01;
const CHANGED = 10;

/** A document of so many entities: a hundredth are teams, the rest keys of them. */
function toDocument(entities: number, changed: number): string {
  const teams = Math.max(1, Math.round(entities * TEAMS_SHARE));
  const keys = entities - teams;
  const lines = ['tollgate: 1', 'teams:'];
  for (let team = 0; team < teams; team += 1) lines.push(`  plan-team-${team}: { models: ["m-${team}"] }`);
  lines.push('keys:');
  for (let key = 0; key < keys; key += 1) {
    const tag = key < changed ? 'changed' : 'planned';
    lines.push(`  plan-key-${key}: { team: plan-team-${key % teams}, tags: [${tag}, n-${key}] }`);
  }
  return `${lines.join('\n')}\n`;
}

/** Runs the real command, from its start to its end. */
export async function measurePlan({ folder, controlUrl, adminToken }: Bed, entities: number): Promise<PlanFigures> {
  const file = join(folder, 'plan.yaml');
  const env = { PATH: process.env['PATH'] ?? '', TOLLGATE_URL: controlUrl, TOLLGATE_ADMIN_TOKEN: adminToken };

  async function run(expected: number, ...args: readonly string[]): Promise<number> {
    const beganMs = monotonicMs();
    const { code, stdout, stderr } = await runCli([...args, '-f', file], { folder, env });
    const tookSeconds = (monotonicMs() - beganMs) / 1000;
    if (code === expected) return tookSeconds;
    throw new Error(`tollgate ${args[0]} ended with ${code}: ${stderr.slice(0, 2_000)}${stdout.slice(-500)}`);
  }

  await writeFile(file, toDocument(entities, 0));
  const newSeconds = await run(2, 'plan');
  const applySeconds = await run(0, 'apply', '--yes');
  await writeFile(file, toDocument(entities, CHANGED));
  const changed = [await run(2, 'plan'), await run(2, 'plan'), await run(2, 'plan')];
  return { entities, newSeconds, applySeconds, changedSeconds: median(changed) };
}
