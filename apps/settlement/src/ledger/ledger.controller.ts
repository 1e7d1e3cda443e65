import { Controller, Get, Post } from '@nestjs/common';
import { parseAmount } from '@fusion-prime/kernel';
import {
  Cursors,
  JsonBody,
  PathParam,
  Produces,
  QueryParams,
  Scopes,
  Summary,
} from '@fusion-prime/service';
import type { z } from 'zod';
import { GetBalances } from './get-balances.js';
import {
  accountRefField,
  balancesBody,
  balancesQuery,
  movedBody,
  movementBody,
  toBalance,
  toMoved,
  toTransaction,
  transactionPageBody,
  transactionsQuery,
} from './ledger.dto.js';
import { ListTransactions } from './list-transactions.js';
import { MoveMoney } from './move-money.js';
import type { MovementOrder } from './movement.js';

@Controller()
export class LedgerController {
  constructor(
    private readonly moveMoney: MoveMoney,
    private readonly getBalances: GetBalances,
    private readonly listTransactions: ListTransactions,
    private readonly cursors: Cursors,
  ) {}

  @Post('deposits')
  @Summary('Money comes in')
  @Scopes('settlement:write')
  @Produces({ status: 201, description: 'Posted', schema: movedBody })
  async deposit(
    @JsonBody(movementBody) body: z.infer<typeof movementBody>,
  ): Promise<z.infer<typeof movedBody>> {
    return toMoved(await this.moveMoney.execute(toOrder('deposit', body)));
  }

  @Post('withdrawals')
  @Summary('Money goes out')
  @Scopes('settlement:write')
  @Produces({ status: 201, description: 'Posted', schema: movedBody })
  async withdraw(
    @JsonBody(movementBody) body: z.infer<typeof movementBody>,
  ): Promise<z.infer<typeof movedBody>> {
    return toMoved(await this.moveMoney.execute(toOrder('withdrawal', body)));
  }

  @Get('accounts/:account_ref/balances')
  @Summary('Balances of an account, now or as they were')
  @Scopes('settlement:read')
  @Produces({ status: 200, description: 'One for each asset', schema: balancesBody })
  async balances(
    @PathParam('account_ref', accountRefField) ref: string,
    @QueryParams(balancesQuery) { asset_symbol, at }: z.infer<typeof balancesQuery>,
  ): Promise<z.infer<typeof balancesBody>> {
    const accounts = await this.getBalances.execute({
      ref,
      asset: asset_symbol,
      at: at === undefined ? undefined : new Date(at),
    });
    return { data: accounts.map(toBalance) };
  }

  @Get('transactions')
  @Summary('Entries of the ledger, newest first')
  @Scopes('settlement:read')
  @Produces({ status: 200, description: 'A page', schema: transactionPageBody })
  async transactions(
    @QueryParams(transactionsQuery) query: z.infer<typeof transactionsQuery>,
  ): Promise<z.infer<typeof transactionPageBody>> {
    const { limit, cursor, ...asked } = query;
    const filters = { list: 'transactions', ...asked };
    const { items, next } = await this.listTransactions.execute({
      filter: {
        accountRef: asked.account_ref,
        assetSymbol: asked.asset_symbol,
        originId: asked.origin_id,
      },
      after: this.cursors.read(filters, cursor),
      limit,
    });
    return { data: items.map(toTransaction), next_cursor: this.cursors.write(filters, next) };
  }
}

function toOrder(kind: MovementOrder['kind'], body: z.infer<typeof movementBody>): MovementOrder {
  return {
    kind,
    accountRef: body.account_ref,
    assetSymbol: body.asset_symbol,
    amount: parseAmount(body.amount),
  };
}
