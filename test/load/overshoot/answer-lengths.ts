import type { SeededRandom } from '../../chaos/seeded-random.ts';

const MEDIAN_TOKENS = 150;
/** Of the logarithm: one answer in six is more than three times as long as the median. */
const SIGMA = 1.2;
const MIN_TOKENS = 5;
const MAX_TOKENS = 4_000;
const FINE = 1 << 30;

/** Lengths of answers in tokens, as varied as those of chats are: log-normal, from 5 to 4,000. */
export function drawLengths(random: SeededRandom, count: number): number[] {
  return Array.from({ length: count }, () => {
    const tokens = Math.round(MEDIAN_TOKENS * Math.exp(SIGMA * drawNormal(random)));
    return Math.min(MAX_TOKENS, Math.max(MIN_TOKENS, tokens));
  });
}

/** Of mean 0 and deviation 1 (Box and Muller). */
function drawNormal(random: SeededRandom): number {
  const [radius, angle] = [random.between(1, FINE) / FINE, random.between(1, FINE) / FINE];
  return Math.sqrt(-2 * Math.log(radius)) * Math.cos(2 * Math.PI * angle);
}
