import { Module } from '@nestjs/common';
import type { ServiceDefinition } from '../src/index.js';

@Module({})
class TinyModule {}

/** Nothing but what every service has, on the settlement service's database. */
export const tiny: ServiceDefinition = {
  name: 'settlement',
  defaultPort: 4001,
  readConfig: () => ({}),
  load: async () => ({
    module: TinyModule,
    entities: [],
    migrationsLock: new URL('../../../migrations/settlement/migrations.lock', import.meta.url),
  }),
};
