import { Controller, Get, Post, Res } from '@nestjs/common';
import { JsonBody, PathParam, Produces, Scopes, Summary } from '@fusion-prime/service';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { accountBody, accountIdField, openBody, toBody } from './accounts.dto.js';
import { GetAccount } from './get-account.js';
import { OpenAccount } from './open-account.js';

@Controller('accounts')
export class AccountsController {
  constructor(
    private readonly openAccount: OpenAccount,
    private readonly getAccount: GetAccount,
  ) {}

  @Post()
  @Summary('Open an account, once for each external_ref')
  @Scopes('risk-engine:write')
  @Produces({ status: 201, description: 'Opened', schema: accountBody })
  async open(
    @JsonBody(openBody) body: z.infer<typeof openBody>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof accountBody>> {
    const { external_ref: externalRef, base_currency: baseCurrency } = body;
    const account = await this.openAccount.execute({ externalRef, baseCurrency });
    reply.header('Location', `/accounts/${account.accountId}`);
    return toBody(account);
  }

  @Get(':account_id')
  @Summary('Read one account')
  @Scopes('risk-engine:read')
  @Produces({ status: 200, description: 'The account', schema: accountBody })
  async get(
    @PathParam('account_id', accountIdField) accountId: string,
  ): Promise<z.infer<typeof accountBody>> {
    return toBody(await this.getAccount.execute(accountId));
  }
}
