import { Module } from '@nestjs/common';
import { AccountRepository } from './account.repository.js';
import { AccountsController } from './accounts.controller.js';
import { BumpAccount } from './bump-account.js';
import { GetAccount } from './get-account.js';
import { OpenAccount } from './open-account.js';

@Module({
  controllers: [AccountsController],
  providers: [AccountRepository, BumpAccount, GetAccount, OpenAccount],
  exports: [BumpAccount, GetAccount],
})
export class AccountsModule {}
