import { afterEach, describe, expect, it } from '@jest/globals';
import { adminTarget } from '../src/admin-target.js';
import type { Context } from '../src/context.js';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

/** What the administrator's URL is read as, under these variables. */
function read(vars: Record<string, string>) {
  Object.assign(process.env, vars);
  const nowhere = { adminUrl: undefined } as Context;
  return adminTarget({ adminUrlVariable: 'FP_ADMIN_URL' }, nowhere);
}

describe("the administrator's URL", () => {
  const clear = 'postgresql://postgres:secret@postgres:5432/postgres';

  it('may go over a network in clear where development is said, as every URL of the fleet may', () => {
    expect(read({ NODE_ENV: 'development', FP_ADMIN_URL: clear }).host).toBe('postgres');
  });

  it.each(['production', ''])('may not with NODE_ENV=%j', (NODE_ENV) => {
    expect(() => read({ NODE_ENV, FP_ADMIN_URL: clear })).toThrow(/DBCFG_TLS_REQUIRED/);
    expect(() => read({ NODE_ENV, FP_ADMIN_URL: clear })).not.toThrow(/secret/);
  });
});
