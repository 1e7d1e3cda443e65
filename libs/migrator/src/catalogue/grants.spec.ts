import { describe, expect, it } from '@jest/globals';
import { aclItem } from './acl-item.js';
import { grantsOf } from './grants.js';

const roles = { owner: 'books_owner', app: 'books_app' };
const owner = 'books_owner';

describe('an entry of a list of rights', () => {
  it.each([
    ['app=arw/owner', 'app', 'arw'],
    ['=r/owner', 'public', 'r'],
    ['"my-app"=r*w/owner', 'my-app', 'r*w'],
    ['"a ""b"" = c"=r/"x=y"', 'a "b" = c', 'r'],
  ])('%s is read', (text, grantee, letters) => {
    expect(aclItem(text)).toEqual({ grantee, letters });
  });
});

describe('the grants on an object', () => {
  it.each([
    ['nothing on a table that nobody touched', 'table', null, []],
    ['nothing of what an owner has anyway', 'table', ['books_owner=arwdDxtm/books_owner'], []],
    ['nothing of it on 16, without MAINTAIN', 'table', ['books_owner=arwdDxt/books_owner'], []],
  ] as const)('tell %s', (_, kind, acl, expected) => {
    expect(grantsOf(kind, { acl, owner }, roles)).toEqual(expected);
  });

  it('tell what everybody may do with a new function, and that it was taken away', () => {
    expect(grantsOf('routine', { acl: null, owner }, roles)).toEqual([
      { grantee: 'public', privileges: ['EXECUTE'], grantable: [] },
    ]);
    expect(grantsOf('routine', { acl: ['books_owner=X/books_owner'], owner }, roles)).toEqual([]);
  });

  it("tell the service's role by its place, sorted, with what it may hand on", () => {
    const acl = ['books_owner=arwdDxt/books_owner', 'books_app=wr*/books_owner'];
    expect(grantsOf('table', { acl, owner }, roles)).toEqual([
      { grantee: '{app}', privileges: ['SELECT', 'UPDATE'], grantable: ['SELECT'] },
    ]);
  });

  it('tell when an owner has lost a right, or every one', () => {
    expect(grantsOf('sequence', { acl: ['books_owner=rw/books_owner'], owner }, roles)).toEqual([
      { grantee: '{owner}', privileges: ['SELECT', 'UPDATE'], grantable: [] },
    ]);
    expect(grantsOf('table', { acl: [], owner }, roles)).toEqual([
      { grantee: '{owner}', privileges: [], grantable: [] },
    ]);
  });
});
