import { spawnSync } from 'node:child_process';
import { defaultCacheDir, hasJars } from './kafka-jars.ts';

const OLDEST_JAVA = 17;

export type KafkaAvailability = { readonly available: true } | { readonly available: false; readonly reason: string };

/** Can a Kafka broker run here? It takes Java 17, and its jars or Maven to fetch them. */
export function kafkaAvailability(cacheDir = defaultCacheDir()): KafkaAvailability {
  const java = javaMajorVersion(outputOf('java', ['-version']) ?? '');
  if (java === undefined) return unavailable('there is no java on the PATH');
  if (java < OLDEST_JAVA) return unavailable(`java is version ${java}, Kafka 4 takes ${OLDEST_JAVA} or later`);
  if (hasJars(cacheDir)) return { available: true };
  if (outputOf('mvn', ['-v']) === undefined) {
    return unavailable('its jars are not in the cache and there is no mvn on the PATH to fetch them');
  }
  return { available: true };
}

/** The 17 of `openjdk version "17.0.15"`; `1.8.0` and older have their number second. */
export function javaMajorVersion(output: string): number | undefined {
  const found = /version "(?:1\.)?(\d+)/.exec(output)?.[1];
  return found === undefined ? undefined : Number(found);
}

function outputOf(command: string, args: readonly string[]): string | undefined {
  const done = spawnSync(command, args, { encoding: 'utf8', timeout: 30_000 });
  return done.status === 0 ? done.stdout + done.stderr : undefined;
}

function unavailable(reason: string): KafkaAvailability {
  return { available: false, reason: `No Kafka broker can run here: ${reason}.` };
}
