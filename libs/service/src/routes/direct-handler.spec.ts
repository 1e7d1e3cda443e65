import { describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Ip,
  Param,
  Post,
  Query,
  Res,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentPrincipal } from './current-principal.js';
import { directHandler } from './direct-handler.js';

@Controller()
class Plain {
  @Post()
  @HttpCode(202)
  all(
    @Body() body: unknown,
    @Query() query: unknown,
    @Param('id') id: string,
    @CurrentPrincipal() principal: unknown,
  ): object {
    return { body, query, id, principal };
  }
  @Get() replies(@Res({ passthrough: true }) reply: object): boolean {
    return 'code' in reply;
  }
  @Post() fails(): never {
    throw new Error('sync');
  }
  @Get() failsLater(): Promise<never> {
    return Promise.reject(new Error('later'));
  }
  @Get() @UseGuards(class {}) guarded(): void {}
  @Get() @UseInterceptors(class {}) intercepted(): void {}
  @Get() @Header('a', 'b') headed(): void {}
  @Get() owns(@Res() reply: object): object {
    return reply;
  }
  @Get() asksMore(@Ip() ip: string): string {
    return ip;
  }
  @Get() pipes(@Param('id', class {} as never) id: string): string {
    return id;
  }
}

const request = {
  body: { a: 1 },
  query: { q: 'x' },
  params: { id: '7' },
  principal: { subject: 's' },
} as unknown as FastifyRequest;

function run(method: string, failures: unknown[] = []) {
  const handler = directHandler({ controller: Plain, method }, new Plain(), (error) =>
    failures.push(error),
  );
  const sent: unknown[] = [];
  const reply = {
    sent: false,
    code: (status: number) => sent.push(status),
    send: (body: unknown) => sent.push(body),
  };
  return {
    handler,
    sent,
    call: () => handler?.call({} as never, request, reply as unknown as FastifyReply),
  };
}

describe('a route that uses nothing of Nest’s execution context', () => {
  it('is called with the same arguments and status as by Nest', () => {
    const { sent, call } = run('all');
    call();
    expect(sent).toEqual([
      202,
      { body: { a: 1 }, query: { q: 'x' }, id: '7', principal: { subject: 's' } },
    ]);
  });

  it('may change the reply that is sent for it', () => {
    const { sent, call } = run('replies');
    call();
    expect(sent).toEqual([200, true]);
  });

  it('leaves what it throws to Fastify, and answers what it rejects with', async () => {
    expect(run('fails').call).toThrow('sync');
    const failures: unknown[] = [];
    run('failsLater', failures).call();
    await new Promise(setImmediate);
    expect(failures).toEqual([new Error('later')]);
  });
});

describe('a route keeps Nest’s handler when it', () => {
  it.each([
    ['has a guard', 'guarded'],
    ['has an interceptor', 'intercepted'],
    ['states headers', 'headed'],
    ['answers by itself', 'owns'],
    ['takes a parameter we do not know', 'asksMore'],
    ['has a pipe', 'pipes'],
  ])('%s', (_what, method) => {
    expect(run(method).handler).toBeUndefined();
  });

  it('belongs to a controller that is made per request', () => {
    expect(
      directHandler({ controller: Plain, method: 'all' }, undefined, () => undefined),
    ).toBeUndefined();
  });
});
