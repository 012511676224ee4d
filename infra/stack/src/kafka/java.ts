import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A small heap and the quick compiler: the broker serves tests and one machine, and should be up soon. */
const JVM = [
  '-Xms64m',
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
];

export function javaArgs(jars: string, mainClass: string, args: readonly string[]): readonly string[] {
  return [...JVM, '-cp', join(jars, '*'), mainClass, ...args];
}

/** Runs one of Kafka's tools to its end and returns what it printed. */
export async function runKafkaTool(jars: string, mainClass: string, args: readonly string[]): Promise<string> {
  return (await run('java', javaArgs(jars, mainClass, args), { encoding: 'utf8' })).stdout.trim();
}
