import { Controller, Get, Post, Res } from '@nestjs/common';
import {
  ETAG_HEADER,
  etagOf,
  IdempotentBy,
  JsonBody,
  PathParam,
  Produces,
  Scopes,
  Summary,
} from '@fusion-prime/service';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { ChangeGroup } from './change-group.js';
import { CreateGroup } from './create-group.js';
import { GetGroup } from './get-group.js';
import {
  groupBody,
  groupIdField,
  groupOrderBody,
  partyBody,
  toBody,
  toOrder,
} from './groups.dto.js';

type Body = z.infer<typeof groupBody>;

@Controller('groups')
export class GroupsController {
  constructor(
    private readonly createGroup: CreateGroup,
    private readonly changeGroup: ChangeGroup,
    private readonly getGroup: GetGroup,
  ) {}

  @Post()
  @Summary('Agree on transfers that happen together or not at all')
  @Scopes('settlement:write')
  @Produces({
    status: 201,
    description: 'Pending until every payer affirms',
    schema: groupBody,
    headers: ETAG_HEADER,
  })
  async create(
    @JsonBody(groupOrderBody) body: z.infer<typeof groupOrderBody>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Body> {
    const group = await this.createGroup.execute(toOrder(body));
    reply.header('Location', `/groups/${group.groupId}`).header('ETag', etagOf(group.version));
    return toBody(group);
  }

  @Get(':group_id')
  @Summary('Read one group')
  @Scopes('settlement:read')
  @Produces({ status: 200, description: 'The group', schema: groupBody, headers: ETAG_HEADER })
  async get(
    @PathParam('group_id', groupIdField) groupId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Body> {
    const group = await this.getGroup.execute(groupId);
    reply.header('ETag', etagOf(group.version));
    return toBody(group);
  }

  @Post(':group_id/affirm')
  @IdempotentBy('the legs of the party')
  @Summary(
    'A payer agrees to its legs; matched by the last one, the group is settled a moment later',
  )
  @Scopes('settlement:write')
  @Produces({ status: 200, description: 'The group after it', schema: groupBody })
  async affirm(
    @PathParam('group_id', groupIdField) groupId: string,
    @JsonBody(partyBody) { acting_party }: z.infer<typeof partyBody>,
  ): Promise<Body> {
    return toBody(await this.changeGroup.affirm(groupId, acting_party));
  }

  @Post(':group_id/cancel')
  @IdempotentBy('the state that it leads to')
  @Summary('A party ends it before it has matched')
  @Scopes('settlement:write')
  @Produces({ status: 200, description: 'Cancelled', schema: groupBody })
  async cancel(
    @PathParam('group_id', groupIdField) groupId: string,
    @JsonBody(partyBody) { acting_party }: z.infer<typeof partyBody>,
  ): Promise<Body> {
    return toBody(await this.changeGroup.cancel(groupId, acting_party));
  }
}
