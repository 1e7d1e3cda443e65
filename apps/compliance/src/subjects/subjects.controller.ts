import { Controller, Get, Post, Res } from '@nestjs/common';
import { JsonBody, PathParam, Produces, Scopes, Summary } from '@fusion-prime/service';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { GetSubject } from './get-subject.js';
import { RegisterSubject } from './register-subject.js';
import { registerBody, subjectBody, subjectIdField, toBody, toProfile } from './subjects.dto.js';

@Controller('subjects')
export class SubjectsController {
  constructor(
    private readonly registerSubject: RegisterSubject,
    private readonly getSubject: GetSubject,
  ) {}

  @Post()
  @Summary('Register a subject, once for each external_ref')
  @Scopes('compliance:write')
  @Produces({ status: 201, description: 'Registered', schema: subjectBody })
  async register(
    @JsonBody(registerBody) body: z.infer<typeof registerBody>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof subjectBody>> {
    const subject = await this.registerSubject.execute(toProfile(body));
    reply.header('Location', `/subjects/${subject.subjectId}`);
    return toBody(subject);
  }

  @Get(':subject_id')
  @Summary('Read one subject')
  @Scopes('compliance:read')
  @Produces({ status: 200, description: 'The subject', schema: subjectBody })
  async get(
    @PathParam('subject_id', subjectIdField) subjectId: string,
  ): Promise<z.infer<typeof subjectBody>> {
    return toBody(await this.getSubject.execute(subjectId));
  }
}
