import { DatabaseConnector } from '@fusion-prime/database';
import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';

/**
 * Begins to look for the database once the app is built, without making anybody wait for it. What comes
 * of it is `DatabaseConnector.start()`'s promise, for whoever runs the process.
 */
@Injectable()
export class DatabaseStart implements OnApplicationBootstrap {
  constructor(private readonly connector: DatabaseConnector) {}

  onApplicationBootstrap(): void {
    // Readiness tells the reason meanwhile; the process is ended by run-service.ts.
    this.connector.start().catch(() => undefined);
  }
}
