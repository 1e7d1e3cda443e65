import { Module } from '@nestjs/common';
import { SubjectsModule } from '../subjects/subjects.module.js';
import { DecideTransfer } from './decide-transfer.js';
import { EvaluateTransfer } from './evaluate-transfer.js';
import { EvaluateTransfers } from './evaluate-transfers.js';
import { GetTransfer } from './get-transfer.js';
import { TransferRepository } from './transfer.repository.js';
import { TransfersController } from './transfers.controller.js';

@Module({
  imports: [SubjectsModule],
  controllers: [TransfersController],
  providers: [DecideTransfer, EvaluateTransfer, EvaluateTransfers, GetTransfer, TransferRepository],
})
export class TransfersModule {}
