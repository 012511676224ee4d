import { expect, test } from 'vitest';
import { findAccount } from './account.ts';
import { mayEnter } from './reachable.ts';

const passwd = 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin\n';
const nobody = { uid: 65534, gid: 65533 };

test('an account is found in passwd by its whole name', () => {
  expect(findAccount(passwd, 'nobody')).toEqual(nobody);
  expect(findAccount(passwd, 'nob')).toBeUndefined();
  expect(findAccount('', 'nobody')).toBeUndefined();
});

test('a folder of another user is entered by the bit for others, an own folder by the bit for its owner', () => {
  expect(mayEnter({ uid: 0, mode: 0o40700 }, nobody)).toBe(false);
  expect(mayEnter({ uid: 0, mode: 0o40754 }, nobody)).toBe(false);
  expect(mayEnter({ uid: 0, mode: 0o40711 }, nobody)).toBe(true);
  expect(mayEnter({ uid: nobody.uid, mode: 0o40700 }, nobody)).toBe(true);
  expect(mayEnter({ uid: nobody.uid, mode: 0o40001 }, nobody)).toBe(false);
});
