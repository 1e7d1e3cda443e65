import { Controller, Delete, Get, Put } from '@nestjs/common';
import type { z } from 'zod';
import { Lifecycle } from '../start/lifecycle.js';
import { JsonBody, PathParam, Produces, Scopes, Summary } from '../routes/route-rules.js';
import { canaryDto, canaryIdSchema, canarySchema, putCanarySchema } from './canaries.dto.js';
import type { PutCanaryBody } from './canaries.dto.js';
import { DeleteCanary } from './delete-canary.js';
import { GetCanary } from './get-canary.js';
import { PutCanary } from './put-canary.js';

type CanaryBody = z.infer<typeof canarySchema>;

/** The persistence proof of a deployment: written before, read after. */
@Controller('canary')
export class CanariesController {
  constructor(
    private readonly putCanary: PutCanary,
    private readonly getCanary: GetCanary,
    private readonly deleteCanary: DeleteCanary,
    private readonly lifecycle: Lifecycle,
  ) {}

  @Put(':id')
  @Scopes(':admin')
  @Summary('Write a canary value')
  @Produces({ status: 200, description: 'Written', schema: canarySchema })
  async put(
    @PathParam('id', canaryIdSchema) id: string,
    @JsonBody(putCanarySchema) body: PutCanaryBody,
  ): Promise<CanaryBody> {
    return canaryDto(await this.putCanary.execute(id, body.value), this.lifecycle.process);
  }

  @Get(':id')
  @Scopes(':admin')
  @Summary('Read a canary value')
  @Produces({ status: 200, description: 'Found', schema: canarySchema })
  async get(@PathParam('id', canaryIdSchema) id: string): Promise<CanaryBody> {
    return canaryDto(await this.getCanary.execute(id), this.lifecycle.process);
  }

  @Delete(':id')
  @Scopes(':admin')
  @Summary('Remove a canary value')
  @Produces({ status: 204, description: 'Removed' })
  async delete(@PathParam('id', canaryIdSchema) id: string): Promise<void> {
    await this.deleteCanary.execute(id);
  }
}
