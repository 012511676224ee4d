import koffi from 'koffi';

/**
 * A second file descriptor for the same socket. Node's own handle closes its descriptor when it goes and has no way to let
 * go of it, so whoever is to own the socket needs another; Node has no call for that.
 * @throws Error if the process has no descriptor left
 */
export function createDuplicateDescriptor(): (fileDescriptor: number) => number {
  const dup = koffi.load(null).func('int dup(int)') as (fileDescriptor: number) => number;
  return (fileDescriptor) => {
    const duplicate = dup(fileDescriptor);
    if (duplicate < 0) throw new Error('a connection could not be taken: too many open files');
    return duplicate;
  };
}
