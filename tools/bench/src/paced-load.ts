import { Agent, get } from 'node:http';
import { paced } from './paced.js';

export interface Paced {
  /** Of every answer, sorted, from when it was due: a server that stalls is not spared what waited. */
  latenciesMs: number[];
  failed: number;
  seconds: number;
}

const CONNECTIONS = 50;
const TIMEOUT_MS = 10_000;

/** Asks at a fixed rate for some seconds, whether the answers come or not. */
export async function atRate(url: string, perSecond: number, seconds: number): Promise<Paced> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const latenciesMs: number[] = [];
  let failed = 0;
  const startedAt = performance.now();
  await paced({ perSecond, seconds }, async (_, dueAt) => {
    if (await ask(url, agent)) latenciesMs.push(performance.now() - dueAt);
    else failed += 1;
  });
  agent.destroy();
  latenciesMs.sort((a, b) => a - b);
  return { latenciesMs, failed, seconds: (performance.now() - startedAt) / 1_000 };
}

function ask(url: string, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent, timeout: TIMEOUT_MS }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode === 200));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
