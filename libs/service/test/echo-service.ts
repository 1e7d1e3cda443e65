import { Refusal } from '@fusion-prime/kernel';
import type { RefusalKind } from '@fusion-prime/kernel';
import { Controller, Get, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import {
  amountSchema,
  BodyLimit,
  createService,
  CurrentPrincipal,
  cursorSchema,
  ETAG_HEADER,
  IfMatch,
  JsonBody,
  pageLimitSchema,
  PathParam,
  Produces,
  Public,
  QueryParams,
  Scopes,
  versionOf,
} from '../src/index.js';
import type { Principal, ServiceDefinition } from '../src/index.js';
import { ISSUER, outboundVariables, PracticeIssuer } from './practice-issuer.js';

const orderSchema = z.object({
  name: z.string().min(1).max(20),
  amount: amountSchema.optional(),
  lines: z.array(z.strictObject({ note: z.string() })).optional(),
});
const listSchema = z.object({ limit: pageLimitSchema(50), cursor: cursorSchema.optional() });

class Refused extends Refusal {
  readonly code = 'refused-on-purpose';
  constructor(readonly kind: RefusalKind) {
    super('asked for');
  }
}

/** One route for everything that the HTTP contract promises. */
@Controller('echo')
class EchoController {
  @Post()
  @Scopes('settlement:write')
  @Produces({ status: 201, description: 'Stored', schema: orderSchema })
  post(@JsonBody(orderSchema) body: z.infer<typeof orderSchema>): object {
    return body;
  }

  @Get()
  @Scopes('settlement:read')
  list(@QueryParams(listSchema) query: z.infer<typeof listSchema>): object {
    return query;
  }

  @Get('versions/:version')
  @Scopes('settlement:read')
  @Produces({ status: 200, description: 'What was read', headers: ETAG_HEADER })
  version(
    @PathParam('version', z.string()) version: string,
    @IfMatch('demanded') ifMatch: string | undefined,
  ): object {
    return { same: versionOf(ifMatch) === Number(version) };
  }

  @Get('me')
  @Scopes('settlement:read')
  me(@CurrentPrincipal() principal: Principal): object {
    return { subject: principal.subject, scopes: [...principal.scopes] };
  }

  @Post('bulk')
  @Scopes('settlement:write')
  @BodyLimit(1_000_000)
  bulk(@JsonBody(z.array(z.number())) body: number[]): object {
    return { count: body.length };
  }

  @Get('slow/:ms')
  @Public()
  async slow(
    @PathParam('ms', z.string().regex(/^\d+$/).transform(Number)) ms: number,
  ): Promise<object> {
    await sleep(ms);
    return { ms };
  }

  @Get('refuse/:kind')
  @Public()
  refuse(@PathParam('kind', z.string()) kind: RefusalKind): never {
    throw new Refused(kind);
  }

  @Get('sqlstate/:code')
  @Public()
  sqlstate(@PathParam('code', z.string()) code: string): never {
    throw Object.assign(new Error('insert into secret_table failed on db-host-7'), { code });
  }

  @Get('bug')
  @Public()
  bug(): never {
    throw new TypeError('secret_table is undefined');
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

export const echo: ServiceDefinition = {
  name: 'settlement',
  defaultPort: 4001,
  readConfig: () => ({}),
  load: async () => ({
    module: EchoModule,
    entities: [],
    migrationsLock: new URL('migrations.lock', import.meta.url),
  }),
};

export interface EchoService {
  app: NestFastifyApplication;
  issuer: PracticeIssuer;
  /** `http://127.0.0.1:<port>`; listens only after {@link EchoService.listen}. */
  listen(): Promise<{ url: string; port: number }>;
  /** Headers with a token of these scopes. */
  auth(scope: string): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** Nothing answers there, so the service stays "not ready", which the HTTP contract does not care about. */
const NO_DATABASE = 'postgresql://nobody:nothing@127.0.0.1:1/settlement_db';

export async function openEcho(vars: Record<string, string> = {}): Promise<EchoService> {
  const issuer = await PracticeIssuer.create();
  const app = await createService(echo, {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATABASE_URL: NO_DATABASE,
    AUTH_ISSUER: ISSUER,
    ...outboundVariables(issuer),
    ...(vars['AUTH_JWKS_URL'] === undefined && { AUTH_JWKS_FILE: issuer.jwksFile }),
    ...vars,
  });
  return {
    app,
    issuer,
    listen: async () => {
      await app.listen(0, '127.0.0.1');
      const { port } = app.getHttpServer().address() as { port: number };
      return { port, url: `http://127.0.0.1:${String(port)}` };
    },
    auth: async (scope) => ({ authorization: `Bearer ${await issuer.token({ scope })}` }),
    close: () => app.close(),
  };
}
