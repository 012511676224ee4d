const CHARACTERS_MIN = 12;
/** Bounds the work of normalizing; far beyond what anyone types. */
const CHARACTERS_MAX = 256;

/**
 * Length is what makes a password strong, so no kind of character is asked for (NIST SP 800-63B, 3.1.1.2).
 * @returns what is wrong with a new password; undefined if nothing is
 */
export function findPasswordProblem(password: string, userName: string): string | undefined {
  const length = [...password].length;
  if (length < CHARACTERS_MIN) return `a password has at least ${CHARACTERS_MIN} characters`;
  if (length > CHARACTERS_MAX) return `a password has at most ${CHARACTERS_MAX} characters`;
  if (new Set(password).size < 5) return 'a password has at least 5 different characters';
  if (password.toLowerCase().includes(userName.toLowerCase()) && userName.length >= 4) {
    return 'a password does not hold the name of its user';
  }
  return undefined;
}
