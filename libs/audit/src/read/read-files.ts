import type { AuditedFile } from '../files.js';
import { get } from '../text/tree.js';
import { parseYaml, type YamlFile } from '../text/yaml-file.js';
import { readCloudBuild } from './cloud-build.js';
import type { Draft, Note } from './draft.js';

export interface Reading {
  readonly understood: readonly string[];
  readonly unreadable: readonly Note[];
}

/** Reads every file by what it is; what is no deployment file is noted, not skipped. */
export function readDeployment(files: readonly AuditedFile[], draft: Draft): Reading {
  const understood: string[] = [];
  const unreadable: Note[] = [];
  for (const { path, text } of files.filter((file) => /\.ya?ml$/.test(file.path))) {
    const file = parseYaml(path, text);
    const broken = file.defects.filter(({ kind }) => kind === 'unreadable');
    if (broken.length > 0) unreadable.push(...broken);
    else if (readYaml(file, draft)) understood.push(path);
    else draft.note(file.source.placeAt(0), 'is no deployment file that the audit knows: left out');
  }
  return { understood, unreadable };
}

function readYaml({ documents }: YamlFile, draft: Draft): boolean {
  const [root] = documents;
  if (root === undefined || get(root, 'steps')?.kind !== 'list') return false;
  readCloudBuild(root, draft);
  for (const { actions } of draft.pipelines.flatMap(({ steps }) => steps)) {
    for (const action of actions)
      if (action.kind === 'deploy') draft.workloads.push(action.workload);
  }
  return true;
}
