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

  it.each([
    ['raw', (env: Environment) => env.raw('A'), { form: 'text', secret: false }],
    ['text', (env: Environment) => env.text('A', { secret: true }), { form: 'text', secret: true }],
    ['requiredText', (env: Environment) => env.requiredText('A', 'set it'), { form: 'text' }],
    [
      'integer',
      (env: Environment) => env.integer('A', { default: 4, min: 1, max: 9 }),
      { form: 'integer', min: 1, max: 9, default: '4' },
    ],
    [
      'optionalInteger',
      (env: Environment) => env.optionalInteger('A', { min: 1, max: 9 }),
      { form: 'integer', min: 1, max: 9 },
    ],
    ['boolean', (env: Environment) => env.boolean('A', true), { form: 'boolean', default: 'true' }],
    [
      'oneOf',
      (env: Environment) => env.oneOf('A', ['x', 'y'], 'y'),
      { form: 'choice', choices: ['x', 'y'], default: 'y' },
    ],
  ])('notes what %s was asked for, set or not', (_reader, read, note) => {
    for (const vars of [{}, { A: '1' }] as Record<string, string>[]) {
      const env = environment(vars);
      read(env);
      expect(env.notes).toEqual([expect.objectContaining({ name: 'A', ...note })]);
    }
  });

  it('adds what a later question knows to what an earlier one did', () => {
    const env = environment({});
    env.raw('A');
    env.text('A', { form: 'file' });
    env.raw('A');
    expect(env.notes).toEqual([{ name: 'A', form: 'file', secret: false }]);
  });

  it('tells which names are set, and no value', () => {
    const env = new Environment({ A: 'secret-one', B: undefined, C: '' }, () => '');
    expect(env.names).toEqual(['A', 'C']);
    expect(env.notes).toEqual([]);
    expect(JSON.stringify(env)).not.toContain('secret');
  });
});
