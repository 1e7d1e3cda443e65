import { describe, expect, it, jest } from '@jest/globals';
import { jwtVerify } from 'jose';
import { PracticeIssuer } from '../../test/practice-issuer.js';
import { openKeySet } from './key-set.js';

describe('a key file', () => {
  it('is read again when a token names a key it does not have, at most every five seconds', async () => {
    const issuer = await PracticeIssuer.create();
    const keySet = openKeySet({ kind: 'file', path: issuer.jwksFile });
    await jwtVerify(await issuer.token(), keySet);
    await issuer.rotate();
    const rotated = await issuer.token();
    await expect(jwtVerify(rotated, keySet)).rejects.toThrow('no applicable key');
    const later = Date.now() + 5_001;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(later);
    await expect(jwtVerify(rotated, keySet)).resolves.toMatchObject({ payload: { sub: 'alice' } });
    clock.mockRestore();
  });
});
