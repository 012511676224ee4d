/** Clients choose names, so that no more are remembered. */
const NAMES_MAX = 1_000;

/** Finds what belongs to each name once, and all of it anew once there are too many names. */
export function rememberByName<Value extends NonNullable<unknown>>(
  find: (name: string) => Value,
): (name: string) => Value {
  const remembered = new Map<string, Value>();
  return (name) => {
    const known = remembered.get(name);
    if (known !== undefined) return known;
    if (remembered.size >= NAMES_MAX) remembered.clear();
    const found = find(name);
    remembered.set(name, found);
    return found;
  };
}
