// A service as one writes it with Nest's defaults: Express, TypeORM, terminus' own check of the connection.
// Decorators are applied by hand, because nothing compiles this file.
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HealthCheckService, TerminusModule, TypeOrmHealthIndicator } from '@nestjs/terminus';
import { getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import { EntitySchema } from 'typeorm';

const Canary = new EntitySchema({
  name: 'service_canary',
  columns: {
    canaryId: { name: 'canary_id', type: 'varchar', primary: true },
    value: { type: 'varchar' },
    updatedAt: { name: 'updated_at', type: 'timestamptz' },
  },
});

class HealthController {
  constructor(health, database) {
    this.health = health;
    this.database = database;
  }
  ready() {
    return this.health.check([() => this.database.pingCheck('database')]);
  }
}
Reflect.defineMetadata(
  'design:paramtypes',
  [HealthCheckService, TypeOrmHealthIndicator],
  HealthController,
);
route(HealthController, 'health', 'ready', 'ready');

class CanariesController {
  constructor(canaries) {
    this.canaries = canaries;
  }
  list() {
    return this.canaries.find({ take: 50 });
  }
}
Reflect.defineMetadata(
  'self:paramtypes',
  [{ index: 0, param: getRepositoryToken(Canary) }],
  CanariesController,
);
Reflect.defineMetadata('design:paramtypes', [Object], CanariesController);
route(CanariesController, 'canaries', 'list', '');

function route(controller, prefix, method, path) {
  const descriptor = Object.getOwnPropertyDescriptor(controller.prototype, method);
  Get(path)(controller.prototype, method, descriptor);
  Controller(prefix)(controller);
}

class AppModule {}
Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      entities: [Canary],
      extra: { max: 10 },
    }),
    TypeOrmModule.forFeature([Canary]),
    TerminusModule,
  ],
  controllers: [HealthController, CanariesController],
})(AppModule);

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
await app.listen(process.env.PORT, '127.0.0.1');
