const DISTANCE_MAX = 2;

/** The name among the candidates that was probably meant: at most two edits away, and no longer than the half of it. */
export function closestName(name: string, candidates: readonly string[]): string | undefined {
  const scored = candidates.map((candidate) => ({ candidate, distance: editDistance(name, candidate) }));
  const [best] = scored.sort((a, b) => a.distance - b.distance);
  return best && best.distance <= Math.min(DISTANCE_MAX, name.length / 2) ? best.candidate : undefined;
}

/** Levenshtein's distance without regard to case. Long names are not compared: no field is named so. */
function editDistance(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > DISTANCE_MAX) return Number.POSITIVE_INFINITY;
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
