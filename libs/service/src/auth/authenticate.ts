import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { Problem } from '../problems/problem.js';
import type { Principal } from './principal.js';
import type { TokenVerifier } from './token-verifier.js';

type Hook = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void;

const BEARER = /^bearer +([\w.~+/-]+=*) *$/i;

/**
 * Makes the hook that lets a request pass with a token that has every one of `scopes`. Synchronous for a
 * token seen before, so that the hot path waits for no promise.
 */
export function authenticate(verifier: TokenVerifier, scopes: readonly string[]): Hook {
  return (request, _reply, done) => {
    const token = bearerToken(request);
    if (token === undefined) {
      done(tokenMissing(request));
      return;
    }
    const admit = (principal: Principal): void => {
      request.principal = principal;
      const missing = scopes.filter((scope) => !principal.scopes.has(scope));
      if (missing.length === 0) done();
      else done(scopeMissing(scopes, missing));
    };
    const known = verifier.recall(token);
    if (known !== undefined) admit(known);
    else verifier.verify(token).then(admit, done);
  };
}

/** For a public route that says more to those who may know: undefined without a valid token. */
export async function principalIfAny(
  verifier: TokenVerifier,
  request: FastifyRequest,
): Promise<Principal | undefined> {
  const token = bearerToken(request);
  if (token === undefined) return undefined;
  return verifier.recall(token) ?? (await verifier.verify(token).catch(() => undefined));
}

function bearerToken(request: FastifyRequest): string | undefined {
  return BEARER.exec(request.headers.authorization ?? '')?.[1];
}

function tokenMissing(request: FastifyRequest): Problem {
  const other = request.headers.authorization !== undefined;
  return new Problem({
    status: 401,
    code: other ? 'invalid-token' : 'token-missing',
    detail: other
      ? 'the Authorization header is not of the form `Bearer <token>`'
      : 'this route needs a token: `Authorization: Bearer <token>`',
    // RFC 6750, section 3.1: no error code when no authentication was attempted.
    headers: { 'www-authenticate': other ? 'Bearer error="invalid_request"' : 'Bearer' },
  });
}

function scopeMissing(scopes: readonly string[], missing: readonly string[]): Problem {
  return new Problem({
    status: 403,
    code: 'insufficient-scope',
    detail: `the token lacks ${missing.join(', ')}`,
    headers: {
      'www-authenticate': `Bearer error="insufficient_scope", scope="${scopes.join(' ')}"`,
    },
  });
}
