import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';

test('without options every candidate goes through every scenario', () => {
  expect(parseOptions([])).toMatchObject({
    gateways: ['direct', 'nginx', 'tollgate', 'quotas'],
    scenarios: ['closed', 'open', 'streams'],
    concurrencies: [100, 500, 1000],
    pin: 'auto',
    workers: 1,
  });
});

test('a quick run is short, and an option given beside it still counts', () => {
  expect(parseOptions(['--', '--quick', '--rounds', '2'])).toMatchObject({
    rounds: 2,
    seconds: 2,
    concurrencies: [100],
  });
});

test('lists name candidates and scenarios, each once', () => {
  expect(parseOptions(['--gateways', 'nginx,direct,nginx', '--only', 'open'])).toMatchObject({
    gateways: ['nginx', 'direct'],
    scenarios: ['open'],
  });
});

test('a wrong value is refused with the option and what would be right', () => {
  expect(() => parseOptions(['--gateways', 'envoy'])).toThrow(
    '--gateways: "envoy" is not one of direct, nginx, tollgate',
  );
  expect(() => parseOptions(['--seconds', '0'])).toThrow('--seconds: "0" is not a whole number from 1');
  expect(() => parseOptions(['--secnds', '1'])).toThrow(/--secnds/);
});
