import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiAnswer, ApiClient } from '@fusion-prime/testing';
import type { ChaosPlatform } from './platform.js';

/** Registered as under review: what is paid to it waits for a decision. */
export const REVIEWED = 'reviewed';
export const FREE = 'free';

const RETRY_MS = 30;

/** What clients were told is done. */
export interface Acknowledged {
  /** By payer: how many deposits of 1. */
  deposits: Map<string, number>;
  /** By command id: its payer and payee. Each moves 0.1. */
  commands: Map<string, { payer: string; payee: string }>;
}

/**
 * Sends a request until it is answered as it should be: a connection that broke, a 503 and a 409 for a key
 * whose first request still runs say nothing about whether it was done, so it is sent again.
 */
export async function until(
  api: ApiClient,
  request: Parameters<ApiClient>,
  done: (answer: ApiAnswer) => boolean,
): Promise<ApiAnswer> {
  for (;;) {
    const answer = await api(...request).catch(() => null);
    if (answer !== null && done(answer)) return answer;
    const retriable = answer === null || [404, 409, 503].includes(answer.status);
    if (!retriable) throw new Error(`${request[1]}: ${String(answer.status)} ${answer.text}`);
    await sleep(RETRY_MS);
  }
}

/** Deposits and pays, one after the other, until it is told to stop. */
export async function client(
  { api }: ChaosPlatform,
  n: number,
  { acknowledged, stopped }: { acknowledged: Acknowledged; stopped: () => boolean },
): Promise<void> {
  const payer = `payer-${String(n)}`;
  for (let i = 0; !stopped(); i += 1) {
    const id = `chaos-${String(n)}-${String(i)}`;
    const money = { account_ref: payer, asset_symbol: 'USDC', amount: '1' };
    const key = { 'idempotency-key': id };
    await until(api.settlement, ['POST', '/deposits', money, key], ({ status }) => status === 201);
    acknowledged.deposits.set(payer, (acknowledged.deposits.get(payer) ?? 0) + 1);
    const payee = i % 2 === 0 ? REVIEWED : FREE;
    const order = {
      command_id: id,
      workflow_id: 'chaos',
      account_ref: payer,
      payee,
      asset_symbol: 'USDC',
      amount: '0.1',
    };
    const ok = ({ status }: ApiAnswer): boolean => status === 201 || status === 200;
    await until(api.settlement, ['POST', '/commands/ingest', order], ok);
    acknowledged.commands.set(id, { payer, payee });
  }
}

/** Approves whatever waits for a decision, in the order in which it came. */
export async function decider(
  { api }: ChaosPlatform,
  { acknowledged, stopped }: { acknowledged: Acknowledged; stopped: () => boolean },
): Promise<void> {
  const decided = new Set<string>();
  for (;;) {
    const open = [...acknowledged.commands].filter(
      ([id, { payee }]) => payee === REVIEWED && !decided.has(id),
    );
    if (open.length === 0 && stopped()) return;
    for (const [id] of open) {
      const body = { decision: 'APPROVED', reason: 'chaos' };
      await until(
        api.compliance,
        ['POST', `/transfers/${id}/decision`, body],
        ({ status, body: { code } }) => status === 200 || code === 'transfer-decided',
      );
      decided.add(id);
    }
    await sleep(RETRY_MS);
  }
}
