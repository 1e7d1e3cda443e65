import type { SentResult } from './store-results.js';
import type { WebhookLog } from './webhook-log.js';

const LARGEST_BATCH = 500;
/** A result that could not be stored so often is given up; after its lease the delivery is sent again. */
const MOST_TRIES = 10;

interface Waiting {
  result: SentResult;
  tries: number;
  done: () => void;
}

/**
 * Gathers results while a batch is being written, and writes them as the next one: the busier it is, the
 * fewer commits for each of them. A batch that fails is tried again one by one, so that a result which the
 * database refuses holds up no other.
 */
export class ResultWriter {
  private waiting: Waiting[] = [];
  private batchSize = LARGEST_BATCH;

  constructor(
    private readonly storeResults: { execute(results: readonly SentResult[]): Promise<void> },
    private readonly log: WebhookLog,
    private readonly onAdded: () => void,
  ) {}

  get size(): number {
    return this.waiting.length;
  }

  /** Resolves once it is stored, or given up. */
  add(result: SentResult): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ result, tries: 0, done: resolve });
      this.onAdded();
    });
  }

  /** @returns whether there is more. @throws when a batch could not be stored: pause, then go on */
  async turn(): Promise<boolean> {
    const batch = this.waiting.splice(0, this.batchSize);
    if (batch.length === 0) return false;
    try {
      await this.storeResults.execute(batch.map(({ result }) => result));
    } catch (error) {
      this.batchSize = 1;
      this.putBack(batch);
      throw error;
    }
    this.batchSize = Math.min(LARGEST_BATCH, this.batchSize * 2);
    for (const { done } of batch) done();
    return this.waiting.length > 0;
  }

  /** Behind the others, so that one that always fails does not stop them. */
  private putBack(batch: readonly Waiting[]): void {
    for (const failed of batch) {
      failed.tries += 1;
      if (failed.tries < MOST_TRIES) {
        this.waiting.push(failed);
        continue;
      }
      const { deliveryId } = failed.result.delivery;
      this.log.error(
        { event: 'webhook.result-lost', deliveryId },
        'a webhook’s result could not be stored: it is sent again',
      );
      failed.done();
    }
  }
}
