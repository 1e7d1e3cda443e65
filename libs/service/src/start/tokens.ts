/** Where any class of a service finds the `ServiceConfig`. */
export const SERVICE_CONFIG = Symbol('SERVICE_CONFIG');
/** The process's pino logger; Nest's own `Logger` writes to the same. */
export const LOGGER = Symbol('LOGGER');
