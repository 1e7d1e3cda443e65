import { describe, expect, it } from '@jest/globals';
import { Writable } from 'node:stream';
import { createLogger } from './logger.js';
import { NestLogger } from './nest-logger.js';

const SECRET = 'hunter2hunter2';
const JWT = `eyJhbGciOiJFZERTQSJ9.${'a'.repeat(20)}.${'b'.repeat(20)}`;

function logged(
  write: (logger: ReturnType<typeof createLogger>) => void,
): Record<string, unknown>[] {
  const lines: string[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  write(createLogger({ service: 'settlement', level: 'debug' }, sink));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a log line', () => {
  it('is JSON with time, level as a word, service and message', () => {
    expect(logged((logger) => logger.info({ event: 'x' }, 'hello'))).toEqual([
      expect.objectContaining({
        level: 'info',
        service: 'settlement',
        event: 'x',
        msg: 'hello',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      }),
    ]);
  });

  it.each<[string, (logger: ReturnType<typeof createLogger>) => void]>([
    ['a field called password', (l) => l.info({ password: SECRET }, 'x')],
    ['a header', (l) => l.info({ request: { headers: { authorization: SECRET } } }, 'x')],
    ['an inner field', (l) => l.info({ subscription: { secret: SECRET } }, 'x')],
    ['a URL in the message', (l) => l.info(`connect to postgresql://app:${SECRET}@db/x failed`)],
    [
      'a URL in an error',
      (l) => l.error({ err: new Error(`postgresql://app:${SECRET}@db/x`) }, 'x'),
    ],
    [
      'a cause',
      (l) => l.error({ err: new Error('x', { cause: new Error(`Bearer ${SECRET}`) }) }, 'x'),
    ],
    [
      'what a driver hangs on its error',
      (l) =>
        l.error(
          {
            err: Object.assign(new Error('x'), {
              parameters: [SECRET],
              query: SECRET,
              detail: SECRET,
            }),
          },
          'x',
        ),
    ],
    [
      'Nest’s logger',
      (l) => new NestLogger(l).error(new Error(`postgresql://a:${SECRET}@b/c`), 'Context'),
    ],
  ])('never holds a secret from %s', (_what, write) => {
    const text = JSON.stringify(logged(write));
    expect(text).not.toContain(SECRET);
    expect(text.length).toBeGreaterThan(50);
  });

  it('never holds a token', () => {
    expect(JSON.stringify(logged((l) => l.warn(`refused ${JWT}`)))).not.toContain(JWT);
  });

  it('keeps the code and the cause of an error', () => {
    const error = Object.assign(new Error('outer', { cause: new Error('inner') }), {
      code: '23505',
    });
    expect(logged((l) => l.error({ err: error }, 'x'))[0]).toMatchObject({
      err: { type: 'Error', message: 'outer', code: '23505', cause: { message: 'inner' } },
    });
  });

  it('takes Nest’s objects as facts and its context as a field', () => {
    const [line] = logged((l) => new NestLogger(l).log({ event: 'e', message: 'm' }, 'Database'));
    expect(line).toMatchObject({ level: 'info', event: 'e', msg: 'm', context: 'Database' });
  });

  it('keeps what Nest says about its own start for those who debug', () => {
    const [line] = logged((l) => new NestLogger(l).log('Mapped {/x, GET} route', 'RouterExplorer'));
    expect(line).toMatchObject({ level: 'debug' });
  });
});
