// npm run openapi: writes apps/<service>/openapi.json. Needs no database and no configuration.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, root } from './run.mjs';

build();
const load = (...path) => import(pathToFileURL(join(root, ...path)).href);
const { openApiDocument } = await load('libs', 'service', 'dist', 'index.js');
for (const app of readdirSync(join(root, 'apps'))) {
  const [definition] = Object.values(await load('apps', app, 'dist', `${app}.js`));
  const document = await openApiDocument(definition);
  writeFileSync(join(root, 'apps', app, 'openapi.json'), `${JSON.stringify(document, null, 2)}\n`);
}
