import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { files, folder } from './sources.js';

export const COMMIT_SHA = '8f8b0ba1d3c5e7f90123456789abcdef01234567';

const SUBSTITUTIONS: Readonly<Record<string, string>> = {
  COMMIT_SHA,
  BUILD_ID: 'b-1',
  LOCATION: 'global',
};

export interface Step {
  id: string;
  name: string;
  args: string[];
}

// Says what it was called with, and answers questions about traffic from a file.
const GCLOUD = `#!/usr/bin/env bash
printf '%s\\n' "$*" >>"$CLOUD/calls"
case "$*" in *'services replace'*) cp "$4" "$CLOUD/replaced" ;; esac
[ ! -e "$CLOUD/refuses" ] || exit 1
case "$*" in
  'builds list'*) cat "$CLOUD/builds" ;;
  'run revisions describe'*) cat "$CLOUD/image" ;;
  *'services list'*) cat "$CLOUD/traffic" ;;
  *'services describe'*) printf ',https://plain\\n%s,https://candidate---%s\\n' "$(cat "$CLOUD/tag")" "$4" ;;
esac
`;

/** A checkout as the pipeline has it, and a gcloud that only writes down what it is asked. */
export class FakeCloud {
  readonly place = mkdtempSync(join(tmpdir(), 'cloud-'));

  constructor() {
    for (const [file, text] of files) this.write(join('tools', 'deploy', file), text);
    cpSync(join(folder, 'scripts'), join(this.place, 'tools', 'deploy', 'scripts'), {
      recursive: true,
    });
    this.write('bin/gcloud', GCLOUD);
    chmodSync(join(this.place, 'bin', 'gcloud'), 0o755);
    this.serves('');
    this.tags('candidate');
    this.builds('');
  }

  /** The other builds that go on: their ids. */
  builds(ids: string): void {
    this.write('builds', ids);
  }

  /** What `services list` prints of a service: lines of PERCENT,REVISION. */
  serves(traffic: string): void {
    this.write('traffic', traffic);
  }

  /** The tag of the newest revision. */
  tags(tag: string): void {
    this.write('tag', tag);
  }

  /** The image of the revision that serves. */
  runs(image: string): void {
    this.write('image', `${image}\n`);
  }

  refuses(): void {
    this.write('refuses', '');
  }

  read(file: string): string {
    return readFileSync(join(this.place, file), 'utf8');
  }

  calls(): string[] {
    return this.read('calls').trimEnd().split('\n');
  }

  /** Runs a step's script as Cloud Build hands it to bash. */
  run({ args }: Step): { status: number | null; output: string } {
    return this.bash(args[1] ?? '');
  }

  bash(
    script: string,
    vars: Record<string, string> = {},
  ): { status: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync('bash', ['-c', substituted(script)], {
      cwd: this.place,
      encoding: 'utf8',
      timeout: 30_000,
      env: {
        PATH: `${join(this.place, 'bin')}:${process.env['PATH'] ?? ''}`,
        CLOUD: this.place,
        ...vars,
      },
    });
    return { status, output: `${stdout}${stderr}` };
  }

  private write(file: string, text: string): void {
    const path = join(this.place, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

export function stepsOf(file: string): Step[] {
  return (parse(files.get(file) ?? '') as { steps: Step[] }).steps;
}

/** @throws {Error} as Cloud Build refuses a build with a substitution that it does not know */
function substituted(script: string): string {
  return script.replace(/\$(\$|\w+|\{\w+\})/g, (all, name: string) => {
    if (name === '$') return '$';
    const known = SUBSTITUTIONS[name];
    if (known !== undefined) return known;
    throw new Error(`Cloud Build knows no ${all}`);
  });
}
