import { Module } from '@nestjs/common';

class TinyModule {}
Module({})(TinyModule);

export const tinyParts = {
  module: TinyModule,
  entities: [],
  migrationsLock: new URL('../../../../migrations/settlement/migrations.lock', import.meta.url),
};
