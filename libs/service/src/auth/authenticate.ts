import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { Problem } from '../problems/problem.js';
import type { Principal } from './principal.js';
import type { TokenVerifier } from './token-verifier.js';

type Hook = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void;

/**
 * Makes the hook that lets a request pass with a token that has every one of `scopes`. Synchronous for a
 * token seen before, so that the hot path waits for no promise.
 */
export function authenticate(verifier: TokenVerifier, scopes: readonly string[]): Hook {
  return (request, _reply, done) => {
    const credentials = request.raw.headers.authorization;
    if (credentials === undefined) {
      done(tokenMissing());
      return;
    }
    const admit = (principal: Principal): void => {
      request.principal = principal;
      if (scopes.every((scope) => principal.scopes.has(scope))) done();
      else done(scopeMissing(scopes, principal));
    };
    const known = verifier.recall(credentials);
    if (known !== undefined) admit(known);
    else verifier.verify(credentials).then(admit, done);
  };
}

/** For a public route that says more to those who may know: undefined without a valid token. */
export async function principalIfAny(
  verifier: TokenVerifier,
  request: FastifyRequest,
): Promise<Principal | undefined> {
  const credentials = request.headers.authorization;
  if (credentials === undefined) return undefined;
  return (
    verifier.recall(credentials) ?? (await verifier.verify(credentials).catch(() => undefined))
  );
}

function tokenMissing(): Problem {
  return new Problem({
    status: 401,
    code: 'token-missing',
    detail: 'this route needs a token: `Authorization: Bearer <token>`',
    // RFC 6750, section 3.1: no error code when no authentication was attempted.
    headers: { 'www-authenticate': 'Bearer' },
  });
}

function scopeMissing(scopes: readonly string[], principal: Principal): Problem {
  const missing = scopes.filter((scope) => !principal.scopes.has(scope));
  return new Problem({
    status: 403,
    code: 'insufficient-scope',
    detail: `the token lacks ${missing.join(', ')}`,
    headers: {
      'www-authenticate': `Bearer error="insufficient_scope", scope="${scopes.join(' ')}"`,
    },
  });
}
