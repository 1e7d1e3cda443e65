import { posix } from 'node:path';
import { actionsOf } from '../gcloud/action.js';
import type { Action, Text } from '../model.js';
import type { ShellCommand } from '../shell/script.js';
import { isHole, isKnown, shown } from '../text/holes.js';
import { flagOf } from '../shell/flag.js';
import { variablesOfFile } from './env-vars-file.js';
import type { Surroundings } from './follow.js';

/** What commands do, with the files that `gcloud run services replace FILE` means. */
export function linked(
  commands: readonly ShellCommand[],
  target: string,
  around: Surroundings,
): Action[] {
  return commands
    .flatMap((command) => {
      const flags = flagOf(command.words, '--flags-file');
      const actions = actionsOf(command, target);
      if (flags !== null && actions.some(({ kind }) => kind === 'deploy'))
        around.draft.cannotRead(flags.place, `the flags in ${shown(flags.value)} are not read`);
      return actions.map((action) => withFile(action, command, around));
    })
    .map((action) => {
      if (action.kind === 'deploy') demandName(action, around);
      if (action.kind !== 'replace') return action;
      if (action.file === null) {
        around.draft.cannotRead(action.place, 'deploys a file that is not named');
      }
      return { ...action, paths: pathsOf(action.file, target, around) };
    });
}

/** `--env-vars-file` with what the file says, where it is among the files. */
function withFile(action: Action, command: ShellCommand, around: Surroundings): Action {
  if (action.kind !== 'deploy') return action;
  const own = variablesOfFile(command, action.place.file, around);
  if (own === null) return action;
  const { workload } = action;
  const variables = [...workload.variables.filter(({ name }) => name !== '*'), ...own];
  return { ...action, workload: { ...workload, variables } };
}

function demandName(
  { place, workload }: Action & { kind: 'deploy' },
  { draft }: Surroundings,
): void {
  const { name } = workload;
  if (name === '') draft.cannotRead(place, 'deploys a service that is not named');
  else if (isHole(name)) draft.cannotRead(place, `deploys ${shown(name)}, which no file tells`);
}

function pathsOf(file: Text | null, by: string, { draft, files }: Surroundings): string[] {
  const place = file?.place;
  if (file === null || place === undefined) return [];
  const { value } = file;
  const pattern = globOf(value);
  const found =
    pattern === null
      ? [files.named(value, by) ?? []].flat()
      : files.files.map(({ path }) => path).filter((path) => pattern.test(posix.normalize(path)));
  if (found.length === 0 || !isKnown(value)) {
    draft.cannotRead(place, `deploys ${shown(value)}, which is not among the files`);
  }
  return found;
}

/** `deploy/*.yaml` for the shell; null when the name has no star. */
function globOf(value: string): RegExp | null {
  if (!value.includes('*')) return null;
  const parts = posix.normalize(value).split(/\*+/);
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(?:^|/)${escaped.join('[^/]*')}$`);
}
