// Ingest as one writes it with Nest's defaults: Express, class-validator, repository.save, one row.
// Decorators are applied by hand, because nothing compiles this file.
import 'reflect-metadata';
import { Body, Controller, Get, Module, Post, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import { IsNotEmpty, IsNumberString, IsOptional, IsString, MaxLength } from 'class-validator';
import { EntitySchema } from 'typeorm';

const Command = new EntitySchema({
  name: 'settlement_commands',
  columns: {
    commandId: { name: 'command_id', type: 'varchar', primary: true },
    workflowId: { name: 'workflow_id', type: 'varchar' },
    accountRef: { name: 'account_ref', type: 'varchar' },
    payer: { type: 'varchar', nullable: true },
    payee: { type: 'varchar', nullable: true },
    assetSymbol: { name: 'asset_symbol', type: 'varchar', nullable: true },
    amountNumeric: { name: 'amount_numeric', type: 'numeric', nullable: true },
    status: { type: 'varchar' },
  },
});

class IngestDto {}
const text = [IsString(), MaxLength(128)];
for (const [field, rules] of Object.entries({
  command_id: [...text, IsNotEmpty()],
  workflow_id: [...text, IsNotEmpty()],
  account_ref: [...text, IsNotEmpty()],
  payer: [...text, IsOptional()],
  payee: [...text, IsOptional()],
  asset_symbol: [...text, IsOptional()],
  amount: [IsNumberString(), IsOptional()],
})) {
  for (const rule of rules) rule(IngestDto.prototype, field);
}

class CommandsController {
  constructor(commands) {
    this.commands = commands;
  }
  async ingest(dto) {
    return this.commands.save({
      commandId: dto.command_id,
      workflowId: dto.workflow_id,
      accountRef: dto.account_ref,
      payer: dto.payer ?? dto.account_ref,
      payee: dto.payee,
      assetSymbol: dto.asset_symbol,
      amountNumeric: dto.amount,
      status: 'received',
    });
  }
}
Reflect.defineMetadata(
  'self:paramtypes',
  [{ index: 0, param: getRepositoryToken(Command) }],
  CommandsController,
);
Reflect.defineMetadata('design:paramtypes', [Object], CommandsController);
Reflect.defineMetadata('design:paramtypes', [IngestDto], CommandsController.prototype, 'ingest');
Body()(CommandsController.prototype, 'ingest', 0);
Post('ingest')(
  CommandsController.prototype,
  'ingest',
  Object.getOwnPropertyDescriptor(CommandsController.prototype, 'ingest'),
);
Controller('commands')(CommandsController);

class HealthController {
  ready() {
    return { status: 'ok' };
  }
}
Get('ready')(
  HealthController.prototype,
  'ready',
  Object.getOwnPropertyDescriptor(HealthController.prototype, 'ready'),
);
Controller('health')(HealthController);

class AppModule {}
Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      entities: [Command],
      extra: { max: 10 },
    }),
    TypeOrmModule.forFeature([Command]),
  ],
  controllers: [CommandsController, HealthController],
})(AppModule);

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.useGlobalPipes(new ValidationPipe({ whitelist: true, transform: true }));
app.enableShutdownHooks();
await app.listen(process.env.PORT, '127.0.0.1');
