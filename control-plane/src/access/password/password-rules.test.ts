import { expect, test } from 'vitest';
import { findPasswordProblem } from './password-rules.ts';

test.each([
  ['short', 'at least 12 characters'],
  ['x'.repeat(257), 'at most 256 characters'],
  ['aaaaaaaaaaaab', 'at least 5 different characters'],
  ['My-AdaLovelace-1', 'does not hold the name'],
])('the password %s is refused', (password, problem) => {
  expect(findPasswordProblem(password, 'adalovelace')).toContain(problem);
});

test('long passwords of any characters are taken, counted by character', () => {
  for (const password of ['correct horse battery', 'пароль-из-слов', '🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧']) {
    expect(findPasswordProblem(password, 'ada')).toBeUndefined();
  }
});
