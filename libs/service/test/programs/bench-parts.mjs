import { amountSchema, JsonBody, Produces, Scopes } from '@fusion-prime/service';
import { Controller, Module, Post } from '@nestjs/common';
import { z } from 'zod';
import { tinyParts } from './tiny-parts.mjs';

const text = z.string().min(1).max(128);
const commandSchema = z.strictObject({
  command_id: text,
  workflow_id: text,
  account_ref: text,
  payer: text.optional(),
  payee: text.optional(),
  asset_symbol: z.string().min(1).max(64).optional(),
  amount: amountSchema.optional(),
});

class BenchController {
  ingest(body) {
    return { ...body, status: 'received' };
  }
}
const descriptor = Object.getOwnPropertyDescriptor(BenchController.prototype, 'ingest');
JsonBody(commandSchema)(BenchController.prototype, 'ingest', 0);
for (const decorate of [
  Post('ingest'),
  Scopes('settlement:write'),
  Produces({ status: 201, description: 'Stored' }),
]) {
  decorate(BenchController.prototype, 'ingest', descriptor);
}
Controller('commands')(BenchController);
class BenchModule {}
Module({ controllers: [BenchController] })(BenchModule);

export const benchParts = { ...tinyParts, module: BenchModule };
