/** `fp` cannot do what was asked: a stable code, an exit code, and the command to type. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
  constructor(
    readonly code: CommandCode,
    message: string,
  ) {
    super(message);
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}

/** 2 usage or configuration · 12 wrong target. */
const EXIT_CODES = {
  USAGE: 2,
  NO_TARGET: 2,
  NO_ADMIN_URL: 2,
  NO_ISSUER: 2,
  NO_SERVICE_URL: 2,
  NO_TOKEN: 2,
  NO_RESTART: 2,
  SECRET_EMPTY: 2,
  NOT_CONFIRMED: 12,
} as const;

export type CommandCode = keyof typeof EXIT_CODES;
