import type { FastifyInstance, FastifyReply } from 'fastify';
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DOCS_HEADERS } from '../http/security-headers.js';
import type { RouteRules } from '../routes/route-rules.js';

// Files of the swagger-ui-dist package, streamed from disk: 1.5 MB that most processes never send.
const ASSETS: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};
const START_SCRIPT = `SwaggerUIBundle({ url: 'docs/openapi.json', dom_id: '#swagger-ui', deepLinking: true });`;
const config: RouteRules = { access: 'public' };

/** `/docs`: Swagger UI from the package, no other host involved; the document is made at its first use. */
export function installDocs(
  fastify: FastifyInstance,
  service: string,
  describe: () => object,
): void {
  let document: string | undefined;
  fastify.get('/docs', { config }, (_request, reply) =>
    send(reply, 'text/html; charset=utf-8', page(service)),
  );
  fastify.get('/docs/start.js', { config }, (_request, reply) =>
    send(reply, 'text/javascript; charset=utf-8', START_SCRIPT),
  );
  fastify.get('/docs/openapi.json', { config }, (_request, reply) =>
    send(reply, 'application/json; charset=utf-8', (document ??= JSON.stringify(describe()))),
  );
  for (const [file, type] of Object.entries(ASSETS)) {
    fastify.get(`/docs/${file}`, { config }, (_request, reply) =>
      send(reply, type, createReadStream(assetPath(file))),
    );
  }
}

function send(reply: FastifyReply, type: string, content: unknown): FastifyReply {
  return reply.headers(DOCS_HEADERS).header('content-type', type).send(content);
}

function assetPath(file: string): string {
  const manifest = createRequire(import.meta.url).resolve('swagger-ui-dist/package.json');
  return join(dirname(manifest), file);
}

function page(service: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Fusion Prime ${service}</title><link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script></body>
</html>`;
}
