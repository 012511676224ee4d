import { expect, test } from 'vitest';
import { javaMajorVersion } from './availability.ts';
import { brokerProperties } from './broker-properties.ts';

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['java version "1.8.0_452"', 8],
  ['openjdk version "21" 2023-09-19', 21],
  ['bash: java: command not found', undefined],
])('the Java version in %j is %s', (output, version) => {
  expect(javaMajorVersion(output)).toBe(version);
});

test('the broker listens on loopback only', () => {
  const listeners = brokerProperties({ brokerPort: 1001, controllerPort: 1002, logDir: '/data/logs' })
    .split('\n')
    .filter((line) => /listeners=|voters=/.test(line));
  expect(listeners).toEqual([
    'controller.quorum.voters=1@127.0.0.1:1002',
    'listeners=PLAINTEXT://127.0.0.1:1001,CONTROLLER://127.0.0.1:1002',
    'advertised.listeners=PLAINTEXT://127.0.0.1:1001',
  ]);
});
