import type { ConfigIndex, KeyEntry } from '../config/config-index.ts';

/**
 * Whether a key may ask for a model: both its own list and its team's must allow it; a list that is absent allows all.
 * A key whose team is unknown to this revision may ask for nothing.
 */
export function mayUseModel(index: ConfigIndex, key: KeyEntry, model: string): boolean {
  if (!allows(key.config.models, model)) return false;
  if (key.config.team === undefined) return true;
  const team = index.findTeam(key.config.team);
  return team !== undefined && allows(team.models, model);
}

function allows(patterns: readonly string[] | undefined, model: string): boolean {
  return patterns === undefined || patterns.some((pattern) => matchesModel(pattern, model));
}

/** `openai/*` matches what starts with `openai/`; a pattern without a final `*` matches itself. */
export function matchesModel(pattern: string, model: string): boolean {
  return pattern.endsWith('*') ? model.startsWith(pattern.slice(0, -1)) : pattern === model;
}
