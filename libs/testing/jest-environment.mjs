import { TestEnvironment } from 'jest-environment-node';
import { dropTestDatabases } from './dist/drop-databases.js';

/**
 * Looks after the databases of one test file: dropped after its last hook, kept and named when a test
 * failed. A connection that is still open then is a leak, and a leak fails the file.
 */
export default class PostgresEnvironment extends TestEnvironment {
  failed = false;

  handleTestEvent(event) {
    if (event.name === 'test_done' && event.test.errors.length > 0) this.failed = true;
    if (event.name === 'hook_failure') this.failed = true;
  }

  async teardown() {
    const databases = this.global.fusionPrimeTestDatabases ?? [];
    try {
      if (!this.failed) await dropTestDatabases(databases);
      else if (databases.length > 0) {
        process.stderr.write(`kept for a look: database ${databases.join(', ')}\n`);
      }
    } finally {
      await super.teardown();
    }
  }
}
