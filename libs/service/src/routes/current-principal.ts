import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../auth/principal.js';

/** How Nest's own handler finds the principal; the direct handler knows this function by sight. */
export const principalOf = (_data: unknown, context: ExecutionContext): Principal | undefined =>
  context.switchToHttp().getRequest<FastifyRequest>().principal;

/** Who sent the request. Only on routes with scopes. */
export const CurrentPrincipal = createParamDecorator(principalOf);
