import { Catch } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answerer } from './answer.js';

/** Nest's side of the one place where errors are answered. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly answer: Answerer) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}
