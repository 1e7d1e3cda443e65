import { AccountEntity } from './accounts/account.entity.js';
import { AssetParamsEntity } from './assets/asset-params.entity.js';
import { PositionEntity } from './positions/position.entity.js';

/** Every table that the service maps: readiness demands them, `fp migrate generate` compares them. */
export const entities = [AccountEntity, AssetParamsEntity, PositionEntity];
