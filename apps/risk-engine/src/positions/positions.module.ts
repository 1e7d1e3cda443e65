import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AssetsModule } from '../assets/assets.module.js';
import { GetPositions } from './get-positions.js';
import { PositionRepository } from './position.repository.js';
import { PositionsController } from './positions.controller.js';
import { SetPositions } from './set-positions.js';

@Module({
  imports: [AccountsModule, AssetsModule],
  controllers: [PositionsController],
  providers: [GetPositions, PositionRepository, SetPositions],
})
export class PositionsModule {}
