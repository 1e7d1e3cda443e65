import { describe, expect, it } from '@jest/globals';
import { listItems, pairs, readGcloud } from '../src/gcloud/command.js';
import { checkOf } from '../src/gcloud/action.js';
import { readScript } from '../src/shell/script.js';
import { unwrapped } from '../src/shell/unwrap.js';
import { shown } from '../src/text/holes.js';
import { SourceFile } from '../src/text/source-file.js';
import { traced, type Traced } from '../src/text/traced.js';

function textOf(text: string): Traced {
  const source = new SourceFile('x.sh', text);
  return traced(text, (offset) => source.placeAt(offset));
}

function commandsOf(script: string, stopsOnError = false) {
  const { commands } = readScript(textOf(script), { variables: new Map(), stopsOnError });
  return commands.flatMap((command) => unwrapped(command));
}

const lines = (script: string): string[] =>
  commandsOf(script).map(({ words }) => words.map(({ value }) => shown(value)).join(' '));

describe('a script', () => {
  it.each([
    ['continuations', 'gcloud run \\\n  deploy a', ['gcloud run deploy a']],
    ['quotes', `echo 'a b' "c $X" d\\ e`, ['echo a b c ${X} d e']],
    ['variables', 'X=a; Y="$X-b"; echo $Y ${Z:-c} ${X:+d} ${N:?no}', ['echo a-b c d ${N}']],
    ['blanks in a variable without quotes', 'F="--a --b"; x $F "$F"', ['x --a --b --a --b']],
    ['arrays', 'A=(--a "b c"); x "${A[@]}"', ['x --a b c']],
    ['loops', 'for s in a b; do x "$s"; done', ['x a', 'x b']],
    ['functions', 'f() { x "$1"; }; f a; f b', ['x a', 'x b']],
    ['both branches', 'if a; then b; else c; fi', ['a', 'b', 'c']],
    ['cases', 'case "$X" in a) b ;; *) c ;; esac', ['b', 'c']],
    ['commands in commands', 'X=$(a b)', ['a b']],
    ['shells in shells', `su node -c 'a && b'; timeout 5 env X=1 bash -ec "c"`, ['a', 'b', 'c']],
    ['here documents', 'cat <<E\n$(x)\nE\ny', ['cat', 'y']],
  ])('is followed through %s', (_, script, expected) => {
    expect(lines(script)).toEqual(expected);
  });

  it.each([
    ['npm test', [true]],
    ['npm test\na', [false, true]],
    ['set -e\nnpm test\na', [false, true, true]],
    ['npm test || true', [false, true]],
    ['npm test || exit 1\na', [true, false, true]],
    ['npm test && a', [true, true]],
    ['set -e; npm test && a; b', [false, false, true, true]],
    ['npm test | tee log', [false, true]],
    ['set -o pipefail; npm test | tee log', [false, true, true]],
    ['if ! npm test; then exit 1; fi; a', [false, false, true]],
    ['if npm test; then a; else exit 1; fi', [true, true, true]],
    ['npm test & a', [false, true]],
  ])('%s: whose failure ends it', (script, decisive) => {
    expect(commandsOf(script).map((one) => one.decisive)).toEqual(decisive);
  });

  it('knows where a word stands, behind quotes and continuations', () => {
    const [command] = commandsOf("x \\\n  --a='b c'");
    expect(command?.words.map(({ place }) => `${place.line}:${place.column}`)).toEqual([
      '1:1',
      '2:3',
    ]);
    expect(command?.words[1]?.origin(6)).toMatchObject({ line: 2, column: 10 });
  });
});

describe('a call of gcloud', () => {
  const read = (line: string) => {
    const [command] = commandsOf(line);
    const gcloud = readGcloud(command?.words ?? []);
    const flags = gcloud?.flags.map(({ name, value }) => `${name}=${value?.value ?? '-'}`);
    return [gcloud?.verb, gcloud?.names.map(({ value }) => value).join(), ...(flags ?? [])];
  };

  it.each([
    ['gcloud run deploy a --image=b --region c', ['run deploy', 'a', 'image=b', 'region=c']],
    [
      'gcloud beta run deploy --quiet a --no-traffic',
      ['run deploy', 'a', 'quiet=-', 'no-traffic=-'],
    ],
    [
      'gcloud --project=p run services update a --clear-secrets',
      ['run services update', 'a', 'project=p', 'clear-secrets=-'],
    ],
    [
      'gcloud run jobs execute j --wait --region=r',
      ['run jobs execute', 'j', 'wait=-', 'region=r'],
    ],
    ['gcloud run services replace f.yaml -q', ['run services replace', 'f.yaml', 'quiet=-']],
    [
      'gcloud run services update-traffic a --to-tags=t=100',
      ['run services update-traffic', 'a', 'to-tags=t=100'],
    ],
    ['gcloud auth list', [undefined, undefined]],
  ])('%s', (line, expected) => {
    expect(read(line)).toEqual(expected);
  });

  it.each([
    ['A=1,B=2', ['A=1', 'B=2']],
    ['^;^A=1,2;B=3', ['A=1,2', 'B=3']],
    ['^::^A=1::B=2', ['A=1', 'B=2']],
    ['A=x=y', ['A=x=y']],
    ['A=', ['A=']],
  ])('reads the pairs of %s', (text, expected) => {
    expect(
      pairs(textOf(text)).map(({ key, value }) => `${key.value}=${value?.value ?? ''}`),
    ).toEqual(expected);
    expect(listItems(textOf(text))).toHaveLength(expected.length);
  });
});

describe('what a command checks', () => {
  it.each([
    ['npx fp audit', 'audit'],
    ['node tools/fp/bin/fp.mjs verify --env production', 'verify'],
    ['docker run --rm app:1 fp migrate up --yes', 'migrate'],
    ['fp migrate status', null],
    ['npm test', 'test'],
    ['npm run test:matrix', 'test'],
    ['npx nx run-many -t lint test', 'test'],
    ['pytest -q', 'test'],
    ['alembic upgrade head', 'migrate'],
    ['echo npm test', null],
    ['grep fp audit.log', null],
  ])('%s', (line, expected) => {
    expect(checkOf(line.split(' '))).toBe(expected);
  });
});
