import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@fusion-prime/testing';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createLogger, type Logger } from './logger.js';

let folder: string;
let logger: Logger;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fp-log-'));
  // Gathers like stdout does; synchronous, so that what a flush wrote is there when it returns.
  const destination = pino.destination({ dest: join(folder, 'log'), sync: true, minLength: 4_096 });
  logger = createLogger({ service: 'settlement', level: 'info' }, destination);
});
afterEach(() => rmSync(folder, { recursive: true }));

const events = (): string[] =>
  readFileSync(join(folder, 'log'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { event: string }).event);

describe('log lines', () => {
  it('wait for company, and leave soon without any', async () => {
    logger.info({ event: 'one' });
    expect(events()).toEqual([]);
    await eventually(() => expect(events()).toEqual(['one']));
    logger.info({ event: 'two' });
    await eventually(() => expect(events()).toEqual(['one', 'two']));
  });

  it.each(['warn', 'error', 'fatal'] as const)('leave at once with a line of level %s', (level) => {
    logger.info({ event: 'before' });
    logger[level]({ event: 'grave' });
    expect(events()).toEqual(['before', 'grave']);
  });
});
