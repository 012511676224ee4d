/** The ends of names of keys whose values are secrets, wherever they stand. */
const SECRET_NAME = /api[-_]?key$|(^|_)(keys?|tokens?|password|secrets?|credentials?|license)$|^authorization$/i;
const TOKEN_COUNT = /^max_(\w+_)?tokens$/;

/** Whether what stands below a key of this name may be secret, so that names in it are not shown either. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name) && !TOKEN_COUNT.test(name);
