/** Whoever a verified token speaks for. */
export interface Principal {
  /** The token's `sub`. */
  readonly subject: string;
  readonly scopes: ReadonlySet<string>;
  readonly expiresAt: Date;
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | undefined;
  }
}
