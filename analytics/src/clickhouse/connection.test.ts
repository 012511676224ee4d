import { expect, test } from 'vitest';
import { parseClickHouseUrl } from './connection.ts';

test('user, password and database may stand in the URL', () => {
  expect(parseClickHouseUrl('https://me:p%40ss@ch.example.org:8443/metering', 'tollgate')).toEqual({
    origin: 'https://ch.example.org:8443',
    username: 'me',
    password: 'p@ss',
    database: 'metering',
  });
});

test('what is not given has a default', () => {
  expect(parseClickHouseUrl('http://127.0.0.1:8123', 'tollgate')).toEqual({
    origin: 'http://127.0.0.1:8123',
    username: 'default',
    password: '',
    database: 'tollgate',
  });
});

test.each(['', 'ch:8123', 'tcp://user:hunter2@ch:9000', 'http://user:hunter2@ch:8123/a-b', 'user:hunter2@ch'])(
  'a wrong URL is refused without showing its password (%#)',
  (text) => {
    const read = () => parseClickHouseUrl(text, 'tollgate');
    expect(read).toThrow();
    expect(read).not.toThrow(/hunter2/);
  },
);
