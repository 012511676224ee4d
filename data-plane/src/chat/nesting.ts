/**
 * Whether JSON is nested deeper than `levels`. `JSON.parse` survives any depth, but code that walks or re-serialises
 * the value recursively does not; this walk itself goes no deeper than `levels`.
 */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (isDeeperThan(item, levels - 1)) return true;
    return false;
  }
  for (const key in value) if (isDeeperThan((value as Record<string, unknown>)[key], levels - 1)) return true;
  return false;
}
