import type { StoredEvent } from '../../event-store/stored-event.ts';

/** Joins batches of the log into batches of whole change sets, each as its events; what is not whole yet waits for the next. */
export async function* toChangeSetBatches(
  batches: AsyncIterable<readonly StoredEvent[]>,
): AsyncGenerator<readonly (readonly StoredEvent[])[]> {
  let open: readonly StoredEvent[] = [];
  for await (const events of batches) {
    const changeSets = split([...open, ...events]);
    open = changeSets.pop() ?? [];
    if (changeSets.length > 0) yield changeSets;
  }
  if (open.length > 0) yield [open];
}

/** The events of a change set follow each other. */
function split(events: readonly StoredEvent[]): (readonly StoredEvent[])[] {
  const changeSets: StoredEvent[][] = [];
  for (const event of events) {
    const last = changeSets.at(-1);
    if (last?.[0]?.metadata.changeSetId === event.metadata.changeSetId) last.push(event);
    else changeSets.push([event]);
  }
  return changeSets;
}
