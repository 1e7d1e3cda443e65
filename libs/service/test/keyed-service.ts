import { Transactions } from '@fusion-prime/database';
import { Refusal, uuidv7, type RefusalKind } from '@fusion-prime/kernel';
import { Controller, Module, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { IdempotentBy, JsonBody, Produces, Scopes, ShownOnce } from '../src/index.js';
import type { ServiceDefinition } from '../src/index.js';
import { tiny } from './tiny-service.js';

const noteBody = z.object({ value: z.string() });
type NoteBody = z.infer<typeof noteBody>;

class NoteRefused extends Refusal {
  readonly code = 'note-refused';
  constructor(readonly kind: RefusalKind) {
    super('asked for');
  }
}

/** How often each route's code ran, and what holds it up. */
export const seen = { calls: 0, gate: Promise.resolve() };

/** Writes a row of `service_canary` for each note: a table that every database has. */
@Controller('notes')
class NotesController {
  constructor(private readonly transactions: Transactions) {}

  @Post()
  @Scopes('settlement:write')
  async add(
    @JsonBody(noteBody) { value }: NoteBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const id = await this.write(value);
    await seen.gate;
    reply.header('location', `/notes/${id}`).header('etag', '"1"');
    return { id, value };
  }

  @Post('secret')
  @Scopes('settlement:write')
  @ShownOnce('secret')
  @Produces({ status: 201, description: '', schema: z.object({ secret: z.string() }) })
  async secret(@JsonBody(noteBody) { value }: NoteBody): Promise<object> {
    return { id: await this.write(value), secret: `whsec_${uuidv7()}` };
  }

  @Post('nothing')
  @Scopes('settlement:write')
  @Produces({ status: 204, description: '' })
  async nothing(@JsonBody(noteBody) { value }: NoteBody): Promise<void> {
    await this.write(value);
  }

  /** Two transactions of one request, the second of which refuses. */
  @Post('refused')
  @Scopes('settlement:write')
  async refused(@JsonBody(z.object({ kind: z.string() })) { kind }: { kind: string }) {
    await this.write('half done');
    return this.transactions.run(() => Promise.reject(new NoteRefused(kind as RefusalKind)));
  }

  /** What a use-case may do: fail and go on, read, and work side by side. */
  @Post('varied')
  @Scopes('settlement:write')
  async varied(@JsonBody(noteBody) { value }: NoteBody): Promise<object> {
    await this.write(value, 'taken');
    const again = await this.write(value, 'taken').catch(() => 'was taken');
    const [, , rows] = await Promise.all([
      this.write(value),
      this.write(value),
      this.transactions.read((reader) => reader.query(`SELECT FROM service_canary`)),
    ]);
    return { again, rows: (rows as unknown[]).length };
  }

  /** Fails to serialize as often as it is told, then writes. */
  @Post('contended')
  @Scopes('settlement:write')
  async contended(@JsonBody(z.object({ failures: z.int() })) { failures }: { failures: number }) {
    seen.calls += 1;
    await this.write(`attempt ${String(seen.calls)}`);
    if (seen.calls <= failures) {
      await this.transactions.run((tx) =>
        tx.query(`DO $$ BEGIN RAISE SQLSTATE '40001' USING MESSAGE = 'contended'; END $$`),
      );
    }
    return { calls: seen.calls };
  }

  @Post('named')
  @Scopes('settlement:write')
  @IdempotentBy('its value')
  async named(@JsonBody(noteBody) { value }: NoteBody): Promise<object> {
    return { id: await this.write(value) };
  }

  private async write(value: string, id: string = uuidv7()): Promise<string> {
    await this.transactions.run((tx) =>
      tx.query('INSERT INTO service_canary (canary_id, value) VALUES ($1, $2)', [id, value]),
    );
    return id;
  }
}

@Module({ controllers: [NotesController] })
class NotesModule {}

/** Routes that take keys, on the settlement service's database. */
export const keyedService: ServiceDefinition = {
  ...tiny,
  load: async () => ({ ...(await tiny.load()), module: NotesModule }),
};
