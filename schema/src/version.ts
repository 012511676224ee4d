/** The version of Tollgate that this code is; all its processes report it. A test compares it with the package's. */
export const TOLLGATE_VERSION = '0.1.0';
