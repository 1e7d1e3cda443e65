import { describe, expect, it } from '@jest/globals';
import { ConfigInvalid, Environment } from './environment.js';

const environment = (vars: Record<string, string>) =>
  new Environment(vars, () => {
    throw new Error('no files here');
  });

describe('the environment', () => {
  it.each([
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '80a'],
    ['PORT', ' 80'],
    ['PORT', '0x50'],
    ['PORT', '-1'],
    ['PORT', '8.0'],
    ['PORT', ''],
    ['PORT', '99999999999'],
  ])('refuses %s=%j as a whole number of 1..65535', (name, text) => {
    const env = environment({ [name]: text });
    env.integer(name, { default: 4001, min: 1, max: 65535 });
    expect(env.problems).toMatchObject([{ code: 'CFG_INTEGER', var: 'PORT' }]);
  });

  it('takes the default only when a variable is unset', () => {
    expect(environment({}).integer('PORT', { default: 4001, min: 1, max: 65535 })).toBe(4001);
  });

  it('lists every problem at once, and never a value', () => {
    const env = environment({ A: 'secret-one', B: 'secret-two', C: ' ' });
    env.integer('A', { default: 1, min: 1, max: 2 });
    env.boolean('B', false);
    env.text('C');
    env.requiredText('D', 'set it');
    expect(() => env.finish()).toThrow(ConfigInvalid);
    expect(env.problems.map(({ code }) => code)).toEqual([
      'CFG_INTEGER',
      'CFG_BOOLEAN',
      'CFG_EMPTY',
      'CFG_MISSING',
    ]);
    expect(JSON.stringify(env.problems)).not.toContain('secret');
  });
});
