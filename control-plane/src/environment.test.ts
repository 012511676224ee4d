import { expect, test } from 'vitest';
import { parseEnvironment } from './environment.ts';

const needed = { DATABASE_URL: 'postgres://user:SECRET@127.0.0.1:5432/tollgate', TOLLGATE_SEAL_KEY: 'key' };

test('defaults are the fixed ports on loopback', () => {
  expect(parseEnvironment(needed)).toEqual({
    ...needed,
    TOLLGATE_CONTROL_HOST: '127.0.0.1',
    TOLLGATE_CONTROL_PORT: 4100,
    TOLLGATE_ANALYTICS_URL: 'http://127.0.0.1:4200',
    TOLLGATE_SEAL_KEY_PREVIOUS: [],
    TOLLGATE_OIDC_NEW_USER_DOMAINS: [],
    LOG_LEVEL: 'info',
  });
});

test('every wrong variable is named at once, and no value is repeated', () => {
  const wrong = { DATABASE_URL: 'mysql://SECRET', TOLLGATE_ADMIN_TOKEN: 'SECRET', TOLLGATE_CONTROL_PORT: 'SECRET' };
  const parse = () => parseEnvironment(wrong);
  expect(parse).toThrow(
    /DATABASE_URL: [\s\S]*TOLLGATE_SEAL_KEY: [\s\S]*TOLLGATE_ADMIN_TOKEN: [\s\S]*TOLLGATE_CONTROL_PORT: /,
  );
  expect(parse).not.toThrow(/SECRET/);
});

test('a variable that is set to nothing is not set', () => {
  expect(parseEnvironment({ ...needed, TOLLGATE_ADMIN_TOKEN: '', LOG_LEVEL: '' })).toMatchObject({ LOG_LEVEL: 'info' });
});
