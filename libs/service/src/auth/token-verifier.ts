import { errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { Problem } from '../problems/problem.js';
import type { AuthConfig } from '../configuration/auth-config.js';
import type { Principal } from './principal.js';

// Asymmetric only: with HS256 allowed, the public key would be a signing secret known to all.
const ALGORITHMS = ['EdDSA', 'ES256', 'RS256'];
// A signature check costs more than an insert. Counted in characters too: one good token can be written in
// many ways (spaces, padding), each as long as we take them.
const MAX_REMEMBERED = 10_000;
const MAX_REMEMBERED_CHARACTERS = 10 * 1024 * 1024;
const MAX_CREDENTIALS_LENGTH = 8_192;
// A subject is written into histories as the actor, whose columns hold that many characters.
const SUBJECT = /^[^\p{Cc}\p{Surrogate}]{1,128}$/u;
const BEARER = /^bearer +([\w.~+/-]+=*) *$/i;
// Clocks of two machines differ; an expired token is not accepted a second longer from memory.
const CLOCK_TOLERANCE_S = 5;

/** Verifies bearer tokens (RFC 7519, RFC 6750) and remembers the good ones until they expire. */
export class TokenVerifier {
  private readonly remembered = new Map<string, Principal>();
  private characters = 0;

  constructor(
    private readonly config: AuthConfig,
    private readonly keySet: JWTVerifyGetKey,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * The principal of credentials seen before, at the cost of one look-up; undefined = verify them.
   * @param credentials the Authorization header as it came: taking it apart costs more than the look-up.
   */
  recall(credentials: string): Principal | undefined {
    const known = this.remembered.get(credentials);
    if (known === undefined) return undefined;
    if (known.expiresAt.getTime() > this.now()) return known;
    this.forget(credentials);
    return undefined;
  }

  /** @throws {Problem} 401 `invalid-token`, or 503 when the issuer's keys cannot be had. */
  async verify(credentials: string): Promise<Principal> {
    if (credentials.length > MAX_CREDENTIALS_LENGTH) throw invalidToken('it is too long');
    const token = BEARER.exec(credentials)?.[1];
    if (token === undefined) throw notBearer();
    try {
      const { payload } = await jwtVerify(token, this.keySet, {
        issuer: this.config.issuer,
        audience: this.config.audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(this.now()),
      });
      return this.remember(credentials, principalOf(payload));
    } catch (error) {
      throw refusalOf(error);
    }
  }

  private remember(credentials: string, principal: Principal): Principal {
    this.forget(credentials);
    this.remembered.set(credentials, principal);
    this.characters += credentials.length;
    for (const oldest of this.remembered.keys()) {
      const tooMuch =
        this.remembered.size > MAX_REMEMBERED || this.characters > MAX_REMEMBERED_CHARACTERS;
      if (!tooMuch) break;
      this.forget(oldest);
    }
    return principal;
  }

  private forget(credentials: string): void {
    if (this.remembered.delete(credentials)) this.characters -= credentials.length;
  }
}

/** @throws {Problem} 401: who acts must be a name. A number, an object or nothing would pass as one. */
function principalOf(payload: JWTPayload): Principal {
  // What was signed need not be what the type says.
  const subject: unknown = payload.sub;
  if (typeof subject !== 'string' || !SUBJECT.test(subject)) {
    throw invalidToken("'sub' must be 1 to 128 characters without control characters");
  }
  const scope = typeof payload['scope'] === 'string' ? payload['scope'] : '';
  return Object.freeze({
    subject,
    scopes: new Set(scope.split(' ').filter((word) => word !== '')),
    expiresAt: new Date((payload.exp ?? 0) * 1_000),
  });
}

// jose's words name claims and algorithms, never the token.
function refusalOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const issuersFault =
    !(error instanceof errors.JOSEError) ||
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    error.code === 'ERR_JOSE_GENERIC';
  if (!issuersFault) return invalidToken(error.message.replaceAll('"', "'"));
  return new Problem({
    status: 503,
    code: 'auth-unavailable',
    detail: 'the keys of the token issuer cannot be read at present',
    headers: { 'retry-after': '1' },
    cause: error,
  });
}

function invalidToken(description: string): Problem {
  return new Problem({
    status: 401,
    code: 'invalid-token',
    detail: `the token is not valid here: ${description}`,
    headers: {
      'www-authenticate': `Bearer error="invalid_token", error_description="${description.replace(/[^ -~]/g, '?')}"`,
    },
  });
}

function notBearer(): Problem {
  return new Problem({
    status: 401,
    code: 'invalid-token',
    detail: 'the Authorization header is not of the form `Bearer <token>`',
    headers: { 'www-authenticate': 'Bearer error="invalid_request"' },
  });
}
