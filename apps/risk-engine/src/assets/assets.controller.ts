import { Controller, Get, Put } from '@nestjs/common';
import { JsonBody, PathParam, Produces, Scopes, Summary } from '@fusion-prime/service';
import type { z } from 'zod';
import { assetIdField, assetParamsBody, setBody, toBody, toTerms } from './assets.dto.js';
import { GetAssetParams } from './get-asset-params.js';
import { SetAssetParams } from './set-asset-params.js';

@Controller('assets')
export class AssetsController {
  constructor(
    private readonly setAssetParams: SetAssetParams,
    private readonly getAssetParams: GetAssetParams,
  ) {}

  @Put(':asset_id/params')
  @Summary('Add the next version of the parameters of an asset')
  @Scopes('risk-engine:write')
  @Produces({
    status: 200,
    description: 'The version that holds from now',
    schema: assetParamsBody,
  })
  async set(
    @PathParam('asset_id', assetIdField) assetId: string,
    @JsonBody(setBody) body: z.infer<typeof setBody>,
  ): Promise<z.infer<typeof assetParamsBody>> {
    return toBody(await this.setAssetParams.execute(assetId, toTerms(body)));
  }

  @Get(':asset_id/params')
  @Summary('Read the parameters that hold now')
  @Scopes('risk-engine:read')
  @Produces({ status: 200, description: 'The newest version', schema: assetParamsBody })
  async get(
    @PathParam('asset_id', assetIdField) assetId: string,
  ): Promise<z.infer<typeof assetParamsBody>> {
    return toBody(await this.getAssetParams.execute(assetId));
  }
}
