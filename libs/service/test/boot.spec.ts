import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { createService, openApiDocument } from '../src/index.js';
import { echo, openEcho } from './echo-service.js';
import { ISSUER, outboundVariables, PracticeIssuer } from './practice-issuer.js';

@Controller('open')
class OpenController {
  @Get()
  get(): object {
    return {};
  }
}
@Module({ controllers: [OpenController] })
class OpenModule {}

describe('a service', () => {
  it('does not boot with a route that says neither its scopes nor that it is public', async () => {
    const issuer = await PracticeIssuer.create();
    const open = { ...echo, load: async () => ({ ...(await echo.load()), module: OpenModule }) };
    const vars = {
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      DATABASE_URL: 'postgresql://a:b@127.0.0.1:1/c',
      AUTH_ISSUER: ISSUER,
      AUTH_JWKS_FILE: issuer.jwksFile,
      ...outboundVariables(issuer),
    };
    await expect(createService(open, vars)).rejects.toThrow('GET /open says neither @Scopes');
  });

  it('shows its documentation and metrics unless they are turned off', async () => {
    const shown = await openEcho();
    for (const url of [
      '/docs',
      '/docs/openapi.json',
      '/docs/swagger-ui.css',
      '/docs/swagger-ui-bundle.js',
      '/metrics',
    ]) {
      expect({ url, status: (await shown.app.inject({ url })).statusCode }).toEqual({
        url,
        status: 200,
      });
    }
    expect((await shown.app.inject({ url: '/docs' })).body).not.toMatch(/https?:\/\//);
    await shown.close();
    const hidden = await openEcho({ DOCS_ENABLED: 'false', METRICS_ENABLED: '0' });
    for (const url of ['/docs', '/docs/openapi.json', '/metrics']) {
      expect((await hidden.app.inject({ url })).statusCode).toBe(404);
    }
    await hidden.close();
  });

  it('counts its requests by route pattern, never by path', async () => {
    const service = await openEcho();
    for (const id of ['a', 'b']) await service.app.inject({ url: `/canary/${id}` });
    await service.app.inject({ url: '/nowhere/1' });
    const text = (await service.app.inject({ url: '/metrics' })).body;
    expect(text).toContain(
      'http_request_duration_seconds_count{method="GET",route="/canary/:id",status="401",service="settlement"} 2',
    );
    expect(text).toMatch(
      /http_request_duration_seconds_bucket\{le="\+Inf",method="GET",route="\/canary\/:id".*\} 2/,
    );
    expect(text).toMatch(/route="\(none\)",status="404".*\} 1/);
    expect(text).not.toContain('nowhere');
    for (const name of [
      'service_ready',
      'service_pending_migrations',
      'database_pool_max',
      'nodejs_eventloop_lag_seconds',
    ]) {
      expect(text).toMatch(new RegExp(`^${name}\\{`, 'm'));
    }
    await service.close();
  });
});

describe('the OpenAPI document', () => {
  it('is made without a database and without configuration, from the schemas that check requests', async () => {
    const document = await openApiDocument(echo);
    expect(document.openapi).toBe('3.1.1');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/echo', '/echo/slow/{ms}', '/canary/{id}', '/health/ready']),
    );
    expect(document.paths['/echo']!['post']).toMatchObject({
      security: [{ bearer: ['settlement:write'] }],
      requestBody: {
        content: {
          'application/json': {
            schema: {
              required: ['name'],
              additionalProperties: false,
              properties: { amount: { type: 'string', pattern: expect.any(String) } },
            },
          },
        },
      },
      responses: { 201: { description: 'Stored' }, default: { description: 'Problem' } },
    });
    expect(document.paths['/echo']!['get']!['parameters']).toEqual([
      expect.objectContaining({ name: 'limit', in: 'query', required: false }),
      expect.objectContaining({ name: 'cursor', in: 'query', required: false }),
    ]);
    expect(document.paths['/canary/{id}']!['put']).toMatchObject({
      security: [{ bearer: ['settlement:admin'] }],
    });
    expect(document.paths['/health/live']!['get']).toMatchObject({
      security: [],
      responses: { 200: {}, 503: {} },
    });
    expect(document.paths['/echo/versions/{version}']!['get']!['parameters']).toEqual([
      expect.objectContaining({ name: 'version' }),
      expect.objectContaining({ name: 'If-Match', in: 'header', required: true }),
    ]);
  });
});
