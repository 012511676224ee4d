/** Clients choose names, so that no more are remembered. */
const NAMES_MAX = 1_000;
/** No model has a longer one; a request's could be as long as its body. */
const NAME_CHARACTERS_MAX = 256;

/** Finds what belongs to each name once, and all of it anew once there are too many names; that of a very long name each time. */
export function rememberByName<Value extends NonNullable<unknown>>(
  find: (name: string) => Value,
): (name: string) => Value {
  const remembered = new Map<string, Value>();
  return (name) => {
    if (name.length > NAME_CHARACTERS_MAX) return find(name);
    const known = remembered.get(name);
    if (known !== undefined) return known;
    if (remembered.size >= NAMES_MAX) remembered.clear();
    const found = find(name);
    remembered.set(name, found);
    return found;
  };
}
