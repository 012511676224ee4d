import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** 4.x brokers run on Java 17 and later. */
export const KAFKA_VERSION = '4.4.0';
const SLF4J_VERSION = '1.7.36';
const COPY_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:2.8:copy-dependencies';
const FETCH_LIMIT_MS = 10 * 60_000;

/** The folder that keeps the broker's jars from one run to the next: some 43 MB. */
export function jarsFolder(cacheDir: string): string {
  return join(cacheDir, `kafka-${KAFKA_VERSION}`);
}

export function defaultCacheDir(): string {
  return join(homedir(), '.cache', 'tollgate');
}

export function hasJars(cacheDir: string): boolean {
  return existsSync(jarsFolder(cacheDir));
}

/**
 * Fetches the broker from Maven, once. Maven copies it into a folder of this process, which is renamed when it is
 * whole: a kill in between leaves nothing that looks finished, and of two fetches at once one is thrown away.
 */
export async function ensureJars(cacheDir: string, log: (line: string) => void): Promise<string> {
  const target = jarsFolder(cacheDir);
  if (hasJars(cacheDir)) return target;
  const work = `${target}.fetching-${process.pid}`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  try {
    log(`kafka: fetching Apache Kafka ${KAFKA_VERSION} with Maven (once, some 43 MB)`);
    await writeFile(join(work, 'pom.xml'), pom());
    await fetchInto(work);
    await rename(join(work, 'jars'), target).catch((error: unknown) => {
      if (!hasJars(cacheDir)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return target;
}

async function fetchInto(work: string): Promise<void> {
  const where = ['-f', join(work, 'pom.xml'), `-DoutputDirectory=${join(work, 'jars')}`, '-DincludeScope=runtime'];
  try {
    await run('mvn', ['-B', '-q', ...where, COPY_GOAL], { timeout: FETCH_LIMIT_MS });
  } catch (cause) {
    const said = cause instanceof Error && 'stdout' in cause ? String(cause.stdout).trim().slice(-2_000) : '';
    throw new Error(`Maven could not fetch Apache Kafka ${KAFKA_VERSION}: ${said || String(cause)}`, { cause });
  }
  if (!existsSync(join(work, 'jars', `kafka_2.13-${KAFKA_VERSION}.jar`))) {
    throw new Error('Maven ended well but fetched no Kafka broker.');
  }
}

function pom(): string {
  const dependency = (groupId: string, artifactId: string, version: string) =>
    `<dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version></dependency>`;
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tollgate</groupId><artifactId>kafka-jars</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    ${dependency('org.apache.kafka', 'kafka_2.13', KAFKA_VERSION)}
    ${dependency('org.slf4j', 'slf4j-simple', SLF4J_VERSION)}
  </dependencies>
</project>
`;
}
