import { judgeAccounts } from './account-rules.js';
import { judgeCompose } from './compose-rules.js';
import { judgeContainers } from './container-rules.js';
import { judgeDatabases } from './database-rules.js';
import { judgeVariables } from './env-rules.js';
import { judgeFiles } from './file-rules.js';
import type { Judge } from './judge.js';
import { judgeMigrations } from './migration-rules.js';
import { judgeMounts } from './mount-rules.js';
import { judgePipelines } from './pipeline-rules.js';
import { judgePools } from './pool-rules.js';
import { judgeProbes } from './probe-rules.js';
import { judgeSecrets } from './secret-rules.js';
import { judgeSiblings } from './sibling-rules.js';
import { judgeInstances } from './sql-rules.js';
import { judgeTargets } from './target-rules.js';
import { judgeUrls } from './url-rules.js';

/** Every group of rules. */
export const JUDGES: readonly Judge[] = [
  judgeVariables,
  judgeUrls,
  judgeSecrets,
  judgeMounts,
  judgeAccounts,
  judgeInstances,
  judgeDatabases,
  judgeMigrations,
  judgeProbes,
  judgePools,
  judgeCompose,
  judgePipelines,
  judgeTargets,
  judgeSiblings,
  judgeContainers,
  judgeFiles,
];
