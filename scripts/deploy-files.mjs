// npm run deploy:files: writes what is generated under tools/deploy, and removes what no longer is.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, refuse, root } from './run.mjs';

// There is no dry run: somebody who types --check means not to write.
if (process.argv.length > 2)
  refuse(`deploy:files takes no argument, and ${process.argv[2]} is one`);
build();
const load = (...path) => import(pathToFileURL(join(root, ...path)).href);
const { describeVariables } = await load('libs', 'service', 'dist', 'index.js');
const { deploymentFiles, generatedFiles, readSources } = await load(
  'tools',
  'deploy',
  'dist',
  'index.js',
);

const definitions = [];
for (const app of readdirSync(join(root, 'apps'))) {
  definitions.push(...Object.values(await load('apps', app, 'dist', `${app}.js`)));
}
try {
  const { sources, facts } = readSources(root, definitions, describeVariables);
  write(deploymentFiles(sources, facts));
} catch (error) {
  if (error.code === undefined) throw error;
  refuse(error.message);
}

function write(files) {
  const folder = join(root, 'tools', 'deploy');
  for (const stale of generatedFiles(folder).filter((file) => !files.has(file))) {
    rmSync(join(folder, stale));
    process.stdout.write(`removed ${stale}\n`);
  }
  for (const [file, text] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  process.stdout.write(`${files.size} files\n`);
}
