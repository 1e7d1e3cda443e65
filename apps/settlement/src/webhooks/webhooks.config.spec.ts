import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Environment } from '@fusion-prime/kernel';
import { readWebhooksConfig } from './webhooks.config.js';

const [first, second] = [randomBytes(32), randomBytes(32)];
const files: Record<string, string> = {
  one: `${first.toString('base64')}\n`,
  two: `${first.toString('base64url')}\n\n${second.toString('base64')}`,
  empty: '\n',
  short: randomBytes(31).toString('base64'),
  words: 'a key that is no key at all, and long enough',
};

function read(vars: Record<string, string>, production: boolean) {
  const env = new Environment(vars, (path) => {
    const text = files[path];
    if (text === undefined) throw new Error('no such file');
    return text;
  });
  const config = readWebhooksConfig(env, production);
  return { config, codes: env.problems.map(({ code }) => code), warnings: env.warnings };
}

const KEY = 'WEBHOOK_ENCRYPTION_KEY_FILE';

describe('the configuration of webhooks', () => {
  it('has one key a line, the first of which seals', () => {
    expect(read({ [KEY]: 'one' }, true).config.keys).toEqual([first]);
    expect(read({ [KEY]: 'two' }, true).config.keys).toEqual([first, second]);
  });

  it.each<[string, Record<string, string>, string[]]>([
    ['no key', {}, ['CFG_MISSING']],
    ['an empty name', { [KEY]: '' }, ['CFG_EMPTY']],
    ['a file that is not there', { [KEY]: 'nowhere' }, ['CFG_FILE_UNREADABLE']],
    ['an empty file', { [KEY]: 'empty' }, ['CFG_WEBHOOK_KEY']],
    ['a key of 31 bytes', { [KEY]: 'short' }, ['CFG_WEBHOOK_KEY']],
    ['a sentence', { [KEY]: 'words' }, ['CFG_WEBHOOK_KEY']],
    ['private addresses', { [KEY]: 'one', WEBHOOK_ALLOW_PRIVATE: 'true' }, ['CFG_WEBHOOK_PRIVATE']],
    ['a day of retention', { [KEY]: 'one', WEBHOOK_RETENTION_DAYS: '1' }, ['CFG_INTEGER']],
  ])('refuses %s in production', (_what, vars, codes) => {
    expect(read(vars, true).codes).toEqual(codes);
  });

  it('warns of a key that ends with the process in development', () => {
    const { codes, warnings, config } = read({}, false);
    expect(codes).toEqual([]);
    expect(warnings).toMatchObject([{ code: 'CFG_WEBHOOK_KEY_EPHEMERAL' }]);
    expect(config.keys).toHaveLength(1);
  });

  it('allows http and, when asked, private addresses in development alone', () => {
    expect(read({ [KEY]: 'one', WEBHOOK_ALLOW_PRIVATE: 'true' }, false).config).toMatchObject({
      allowHttp: true,
      allowPrivate: true,
    });
    expect(read({ [KEY]: 'one' }, true).config).toMatchObject({
      allowHttp: false,
      allowPrivate: false,
    });
  });
});
