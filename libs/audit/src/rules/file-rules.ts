import { type Finding, finding } from '../finding.js';
import type { AuditModel, Judge } from './judge.js';

// Engines inside the process: with one of them a service could start without its database.
const FALLBACK =
  /^(?:sqlite3?|better-sqlite3|sqlite-wasm|node-sqlite3-wasm|sql\.js|wa-sqlite|libsql|@libsql\/.+|@sqlite\.org\/.+|pg-mem|pg-lite|@electric-sql\/pglite.*|@vlcn\.io\/.+|nedb|lokijs|duckdb|@duckdb\/.+)$/;

// Each is looked for in its file; who has this many has one problem.
const MOST = 20;

/** Files that say two things, and packages that could take PostgreSQL's place. */
export const judgeFiles: Judge = ({ packages, ambiguities }: AuditModel): Finding[] => [
  ...packages.flatMap(({ dependencies }) =>
    dependencies
      .filter(({ name }) => FALLBACK.test(name))
      .slice(0, MOST)
      .map(({ name, place }) =>
        finding(
          'FP-GEN-001',
          place,
          `${name} runs in production, and keeps data without PostgreSQL`,
        ),
      ),
  ),
  ...ambiguities.map(({ place, message }) => finding('FP-GEN-003', place, message)),
];
