import { Controller, Post, Res } from '@nestjs/common';
import {
  CurrentPrincipal,
  ETAG_HEADER,
  etagOf,
  IdempotentBy,
  IfMatch,
  PathParam,
  Produces,
  Scopes,
  Summary,
  versionIfAny,
  type Principal,
} from '@fusion-prime/service';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { commandBody, commandIdField, toBody } from './commands.dto.js';
import { MoveCommand } from './move-command.js';
import type { MoveName } from './move.js';

type Body = z.infer<typeof commandBody>;

/** The route of one step. It makes nothing new, and a status can be reached once only. */
function Move(
  name: MoveName,
  { summary, scope }: { summary: string; scope: string },
): MethodDecorator {
  const decorators = [
    Post(`:command_id/${name}`),
    Summary(summary),
    IdempotentBy('the status that it leads to'),
    Scopes(scope),
    Produces({
      status: 200,
      description: 'The command after the step; as it was, while compliance holds it',
      schema: commandBody,
      headers: ETAG_HEADER,
    }),
  ];
  return (target, method, descriptor) => {
    for (const decorate of decorators) decorate(target, method, descriptor);
  };
}

const WRITE = 'settlement:write';
const id = (): ParameterDecorator => PathParam('command_id', commandIdField);
const reply = (): ParameterDecorator => Res({ passthrough: true });

/** The steps that the worker takes by itself, for clients that want to take them. */
@Controller('commands')
export class CommandMovesController {
  constructor(private readonly moveCommand: MoveCommand) {}

  @Move('validate', { summary: 'Ask compliance and hold the funds', scope: WRITE })
  async validate(
    @id() commandId: string,
    @IfMatch() match: string | undefined,
    @CurrentPrincipal() who: Principal,
    @reply() answer: FastifyReply,
  ): Promise<Body> {
    return this.move('validate', { commandId, match, who }, answer);
  }

  @Move('execute', { summary: 'Move the money that is held', scope: WRITE })
  async execute(
    @id() commandId: string,
    @IfMatch() match: string | undefined,
    @CurrentPrincipal() who: Principal,
    @reply() answer: FastifyReply,
  ): Promise<Body> {
    return this.move('execute', { commandId, match, who }, answer);
  }

  @Move('settle', { summary: 'Make it final', scope: WRITE })
  async settle(
    @id() commandId: string,
    @IfMatch() match: string | undefined,
    @CurrentPrincipal() who: Principal,
    @reply() answer: FastifyReply,
  ): Promise<Body> {
    return this.move('settle', { commandId, match, who }, answer);
  }

  @Move('cancel', { summary: 'Take it back before the money has moved', scope: WRITE })
  async cancel(
    @id() commandId: string,
    @IfMatch() match: string | undefined,
    @CurrentPrincipal() who: Principal,
    @reply() answer: FastifyReply,
  ): Promise<Body> {
    return this.move('cancel', { commandId, match, who }, answer);
  }

  @Move('reverse', {
    summary: 'Undo a settled command by the opposing transfer, once',
    scope: WRITE,
  })
  async reverse(
    @id() commandId: string,
    @IfMatch() match: string | undefined,
    @CurrentPrincipal() who: Principal,
    @reply() answer: FastifyReply,
  ): Promise<Body> {
    return this.move('reverse', { commandId, match, who }, answer);
  }

  @Move('fail', {
    summary: 'End it for an operator; what has moved goes back',
    scope: 'settlement:admin',
  })
  async fail(
    @id() commandId: string,
    @IfMatch() match: string | undefined,
    @CurrentPrincipal() who: Principal,
    @reply() answer: FastifyReply,
  ): Promise<Body> {
    return this.move('fail', { commandId, match, who }, answer);
  }

  private async move(
    name: MoveName,
    { commandId, match, who }: { commandId: string; match: string | undefined; who: Principal },
    answer: FastifyReply,
  ): Promise<Body> {
    const version = versionIfAny(match);
    const command = await this.moveCommand.execute(name, {
      commandId,
      version,
      actor: who.subject,
    });
    answer.header('ETag', etagOf(command.version));
    return toBody(command);
  }
}
