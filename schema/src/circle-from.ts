/** The way from a name over what each leads to, back to that name; undefined if there is none, also if it leads into a circle of others. */
export function circleFrom(name: string, nextOf: (name: string) => string | undefined): readonly string[] | undefined {
  const way = [name];
  for (let next = nextOf(name); next !== undefined; next = nextOf(next)) {
    if (next === name) return [...way, next];
    if (way.includes(next)) return undefined;
    way.push(next);
  }
  return undefined;
}
