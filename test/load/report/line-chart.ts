/** A figure over time: seconds from the begin, and the figure. */
export type Point = readonly [seconds: number, value: number];

const WIDTH = 800;
const HEIGHT = 320;
const MARGIN = { left: 64, right: 16, top: 36, bottom: 40 };
const STEPS = 5;

/** One line over time, from zero up, as an SVG image. */
export function lineChart(title: string, unit: string, points: readonly Point[]): string {
  const lastSecond = Math.max(1, ...points.map(([seconds]) => seconds));
  const top = ceilNicely(Math.max(1, ...points.map(([, value]) => value)));
  const x = (seconds: number): number => MARGIN.left + (seconds / lastSecond) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number): number => HEIGHT - MARGIN.bottom - (value / top) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const steps = Array.from({ length: STEPS + 1 }, (_, step) => step / STEPS);
  const text = (atX: number, atY: number, anchor: string, words: string): string =>
    `<text x="${atX.toFixed(1)}" y="${atY.toFixed(1)}" text-anchor="${anchor}">${words}</text>`;
  const right = WIDTH - MARGIN.right;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="white"/>',
    text(MARGIN.left, 20, 'start', title),
    ...steps.map((step) => {
      const atY = y(step * top);
      const line = `<line x1="${MARGIN.left}" x2="${right}" y1="${atY.toFixed(1)}" y2="${atY.toFixed(1)}" stroke="#ddd"/>`;
      return `${line}${text(MARGIN.left - 8, atY + 4, 'end', `${Math.round(step * top)} ${unit}`)}`;
    }),
    ...steps.map((step) => {
      const minutes = (step * lastSecond) / 60;
      return text(x(step * lastSecond), HEIGHT - MARGIN.bottom + 20, 'middle', `${minutes.toFixed(1)} min`);
    }),
    `<polyline fill="none" stroke="#0b57d0" stroke-width="1.5" points="${points
      .map(([seconds, value]) => `${x(seconds).toFixed(1)},${y(value).toFixed(1)}`)
      .join(' ')}"/>`,
    '</svg>',
    '',
  ].join('\n');
}

/** The next of 1, 2 and 5 with zeros behind it. */
function ceilNicely(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((digit) => digit * power >= value) ?? 10) * power;
}
