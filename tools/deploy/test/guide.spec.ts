import { describe, expect, it } from '@jest/globals';
import { parseDatabaseUrl } from '@fusion-prime/database';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { buildProgram } from '../../fp/src/program.js';
import { facts, files, folder, root } from './sources.js';
import { stepsOf } from './fake-cloud.js';

const guide = readFileSync(join(folder, 'README.md'), 'utf8');
type Program = ReturnType<typeof buildProgram>;

/** The program with its commands' code taken out: what is left reads options, and says what is wrong. */
function parserOnly(program: Program): Program {
  program.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  for (const command of program.commands) parserOnly(command);
  if (program.commands.length === 0) program.action(() => undefined);
  return program;
}

async function accepted(words: readonly string[]): Promise<string> {
  try {
    await parserOnly(buildProgram()).parseAsync(words, { from: 'user' });
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  }
}

/** A command's words as bash splits them; what a variable would hold does not matter to a parser. */
function wordsOf(line: string): string[] {
  const ended = /^(?:'[^']*'|"[^"]*"|[^|;&>#'"]|#(?<!\s#))*/.exec(line)?.[0] ?? line;
  return [...ended.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
    word.replaceAll(/['"]/g, ''),
  );
}

function commandsIn(text: string): string[] {
  return [...text.replaceAll('\\\n', ' ').matchAll(/npx fp ([^\n`]+)/g)].map(
    ([, line]) => line ?? '',
  );
}

const commands = [...new Set(commandsIn(guide))];

describe('the guide', () => {
  it('has commands of fp to look at', () => {
    expect(commands.length).toBeGreaterThan(15);
  });

  it.each(commands)('types what fp takes: %s', async (line) => {
    expect(await accepted(wordsOf(line))).toBe('accepted');
  });

  // The test above means nothing unless the parser refuses.
  it.each([
    'migrate upp',
    'migrate up --envv production',
    'migrate adopt',
    'databases create --existing=maybe --nope',
    'verify --build-sha',
  ])('is not believed when it types: %s', async (line) => {
    expect(await accepted(wordsOf(line))).not.toBe('accepted');
  });

  it.each([...guide.matchAll(/```sh\n([^]*?)```/g)].map(([, block = '']) => block))(
    'is written in the language of bash: %s',
    (block) => {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: block, encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
    },
  );

  it('makes connection strings that a service takes', () => {
    const made = /^socket_url\(\) \{[^]*?^\}/m.exec(guide)?.[0] ?? '';
    const { stdout } = spawnSync(
      'bash',
      ['-c', `P=fusion-prime R=us-central1\n${made}\nsocket_url settlement_app settlement_db fp-x`],
      { encoding: 'utf8' },
    );
    const { target, problems } = parseDatabaseUrl(stdout, {
      audience: 'service-production',
      allowLoopback: false,
      variable: 'DATABASE_URL',
    });
    expect(problems).toEqual([]);
    expect(target).toMatchObject({
      user: 'settlement_app',
      database: 'settlement_db',
      host: '/cloudsql/fusion-prime:us-central1:fp-x',
    });
  });

  it('uses what was made before: functions, and instances that get a role', () => {
    const made = [...guide.matchAll(/^(\w+)\(\) \{/gm)].map(([, name = '']) => name);
    expect(made).toEqual(['member', 'socket_url', 'reads', 'admin', 'k']);
    const blocks = [...guide.matchAll(/```sh\n([^]*?)```/g)].map(([, block]) => block).join('');
    for (const name of made) {
      const use = new RegExp(`(?:^|[|(]) *${name} `, 'm');
      expect(blocks.search(use)).toBeGreaterThan(blocks.indexOf(`${name}() {`));
    }
    expect(guide.indexOf('gcloud sql instances list')).toBeGreaterThan(
      guide.indexOf('gcloud sql instances create'),
    );
  });

  it('finds every pinned secret of the facts for Kubernetes', () => {
    const line = /^sed -n '\/\^secretVersions.*$/m.exec(guide)?.[0]?.replace(/ \|$/, '') ?? '';
    const { stdout } = spawnSync('bash', ['-c', line], { cwd: root, encoding: 'utf8' });
    const pinned = Object.entries(facts[0]?.secretVersions ?? {});
    expect(pinned.length).toBeGreaterThan(10);
    expect(stdout.trim().split('\n')).toEqual(
      pinned.map(([name, version]) => `${name} ${version}`),
    );
  });

  it('names files and scripts that are there', () => {
    const named = [...guide.matchAll(/tools\/deploy\/[\w./-]+\w|migrations\/fleet\.yaml/g)];
    expect(named.length).toBeGreaterThan(5);
    expect(named.map(([path]) => path).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('links to headings that it has', () => {
    const headings = [...guide.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...guide.matchAll(/\]\(#([\w-]+)\)/g)].map(([, to]) => to ?? '');
    expect(links.length).toBeGreaterThan(2);
    expect(links.filter((to) => !headings.includes(to))).toEqual([]);
  });

  it('speaks of the instances and secrets that the facts have', () => {
    const [production] = facts;
    for (const { instance, databaseUrlSecret, migrateUrlSecret } of Object.values(
      production?.services ?? {},
    )) {
      for (const name of [instance, databaseUrlSecret, migrateUrlSecret]) {
        expect(guide).toContain(name);
      }
    }
    const instances = [...guide.matchAll(/\bfp-[a-z]+-db-[0-9a-f]{8}\b/g)].map(([name]) => name);
    const known = Object.values(production?.services ?? {}).map(({ instance }) => instance);
    expect(instances.filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each([
    'relation "…" does not exist',
    'password authentication failed',
    'Permission denied on secret',
    'unable to open database file',
    'connection refused',
  ])('knows a way out of: %s', (symptom) => {
    expect(guide.slice(guide.indexOf('## When it does not work'))).toContain(symptom);
  });
});

describe('the generated commands of fp', () => {
  const jobs = [...files]
    .filter(([file]) => file.endsWith('migrate-job.yaml') && file.startsWith('cloud-run'))
    .map(([file, text]) => [file, text] as const);

  it.each(jobs)('%s migrates with options that fp takes', async (_file, text) => {
    const job = parse(text) as {
      spec: { template: { spec: { template: { spec: { containers: { args: string[] }[] } } } } };
    };
    const [program, ...words] = job.spec.template.spec.template.spec.containers[0]?.args ?? [];
    expect(program).toBe('tools/fp/bin/fp.mjs');
    expect(await accepted(words)).toBe('accepted');
  });

  it.each(['cloudbuild.yaml', 'cloudbuild-staging.yaml'])(
    '%s types what fp takes',
    async (file) => {
      const script = stepsOf(file)
        .flatMap(({ args }) => args)
        .join('\n')
        .replaceAll('\\\n', ' ');
      const lines = [...script.matchAll(/fp\.mjs ([^\n]+)/g)].map(([, line]) => line ?? '');
      expect(lines).toHaveLength(2);
      for (const line of lines)
        expect([line, await accepted(wordsOf(line))]).toEqual([line, 'accepted']);
    },
  );
});
