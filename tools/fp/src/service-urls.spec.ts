import { afterEach, describe, expect, it } from '@jest/globals';
import { serviceUrl } from './service-urls.js';

afterEach(() => {
  delete process.env['PRICE_ORACLE_URL'];
});

describe('where a service answers', () => {
  it.each([
    ['https://oracle.example.com', 'https://oracle.example.com'],
    ['http://127.0.0.1:4005/', 'http://127.0.0.1:4005'],
    ['http://[::1]:4005', 'http://[::1]:4005'],
  ])('is taken from its variable: %s', (given, url) => {
    process.env['PRICE_ORACLE_URL'] = given;
    expect(serviceUrl('price-oracle')).toBe(url);
  });

  it.each([
    '',
    'oracle:4005',
    'ftp://oracle.example.com',
    'https://oracle.example.com/v1',
    'https://oracle.example.com/?region=eu',
    'https://someone:secret@oracle.example.com',
  ])('is refused with NO_SERVICE_URL, and not repeated: %s', (given) => {
    process.env['PRICE_ORACLE_URL'] = given;
    expect(() => serviceUrl('price-oracle')).toThrow(
      expect.objectContaining({
        code: 'NO_SERVICE_URL',
        message: 'PRICE_ORACLE_URL holds no URL such as http://HOST:PORT',
      }),
    );
  });

  it('is known to nobody where a fleet has a service of its own', () => {
    expect(serviceUrl('books')).toBeNull();
  });
});
