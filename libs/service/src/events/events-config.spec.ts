import { describe, expect, it } from '@jest/globals';
import { Environment, type ServiceName } from '@fusion-prime/kernel';
import { readEventsConfig } from './events-config.js';

type Variables = Record<string, string>;

function read(vars: Variables, service: ServiceName = 'compliance') {
  const env = new Environment(vars, (path) => {
    if (path !== '/creds') throw new Error('no such file');
    return 'creds';
  });
  const config = readEventsConfig(env, service);
  const asked = env.notes.map(({ name }) => name);
  return { config, asked, problems: env.problems.map((p) => `${p.var} ${p.code}`) };
}

const good = { SETTLEMENT_URL: 'http://settlement:4001', ALERT_URL: 'https://alert.internal' };

describe('where events go', () => {
  it('is an address for each service that listens to this one', () => {
    expect(read(good)).toMatchObject({
      problems: [],
      config: {
        transport: 'http',
        listeners: { settlement: 'http://settlement:4001', alert: 'https://alert.internal' },
      },
    });
  });

  it('is a server with nats, and then no address is needed', () => {
    const vars = { EVENTS_TRANSPORT: 'nats', NATS_URL: 'nats://a:4222,tls://b:4222' };
    expect(read({ ...vars, NATS_CREDENTIALS_FILE: '/creds' })).toMatchObject({
      problems: [],
      config: { transport: 'nats', natsUrl: vars.NATS_URL, natsCredentialsFile: '/creds' },
    });
  });

  it.each<[Variables, string[]]>([
    [{}, ['SETTLEMENT_URL CFG_MISSING', 'ALERT_URL CFG_MISSING']],
    [{ ...good, ALERT_URL: '' }, ['ALERT_URL CFG_EMPTY']],
    [{ ...good, ALERT_URL: 'alert:4004' }, ['ALERT_URL CFG_URL']],
    [{ ...good, ALERT_URL: 'ftp://alert' }, ['ALERT_URL CFG_URL']],
    [{ ...good, ALERT_URL: 'http://me:secret@alert' }, ['ALERT_URL CFG_URL']],
    [{ ...good, ALERT_URL: 'http://alert/?key=secret' }, ['ALERT_URL CFG_URL']],
    [{ ...good, EVENTS_TRANSPORT: 'kafka' }, ['EVENTS_TRANSPORT CFG_CHOICE']],
    [{ EVENTS_TRANSPORT: 'nats' }, ['NATS_URL CFG_MISSING']],
    [{ EVENTS_TRANSPORT: 'nats', NATS_URL: 'http://a' }, ['NATS_URL CFG_URL']],
    [{ EVENTS_TRANSPORT: 'nats', NATS_URL: 'nats://u:p@a:4222' }, ['NATS_URL CFG_URL']],
    [{ ...good, NATS_CREDENTIALS_FILE: '/x' }, ['NATS_CREDENTIALS_FILE CFG_FILE_UNREADABLE']],
  ])('refuses %j', (vars, problems) => {
    expect(read(vars).problems).toEqual(problems);
  });

  it('is asked of a service that others send to, without addresses', () => {
    const { config, asked } = read({}, 'alert');
    expect(config).toMatchObject({ transport: 'http', listeners: {} });
    expect(asked).toEqual(['EVENTS_TRANSPORT', 'NATS_URL', 'NATS_CREDENTIALS_FILE']);
  });

  it('is nothing for a service that takes no part', () => {
    expect(read({}, 'price-oracle')).toEqual({ config: undefined, asked: [], problems: [] });
  });
});
