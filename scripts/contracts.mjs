// npm run contracts: writes libs/contracts/schemas and libs/contracts/asyncapi.json out of the contracts.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, root } from './run.mjs';

build();
const folder = join(root, 'libs', 'contracts');
const { asyncApiDocument, eventSchemas } = await import(
  pathToFileURL(join(folder, 'dist', 'index.js')).href
);
const write = (file, document) =>
  writeFileSync(join(folder, file), `${JSON.stringify(document, null, 2)}\n`);

const schemas = eventSchemas();
mkdirSync(join(folder, 'schemas'), { recursive: true });
for (const stale of readdirSync(join(folder, 'schemas')).filter((file) => !schemas.has(file))) {
  rmSync(join(folder, 'schemas', stale));
}
for (const [file, schema] of schemas) write(join('schemas', file), schema);
write('asyncapi.json', asyncApiDocument());
process.stdout.write(`${schemas.size} schemas, asyncapi.json\n`);
