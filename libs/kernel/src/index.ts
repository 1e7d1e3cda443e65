export {
  AMOUNT_SCALE,
  AmountMalformed,
  canonicalAmount,
  formatAmount,
  formatBalance,
  parseAmount,
  parseBalance,
} from './amount.js';
export type { Amount, Balance } from './amount.js';
export { assert, InvariantViolated } from './assert.js';
export { Clock, systemClock } from './clock.js';
export { ConfigInvalid, Environment } from './environment.js';
export type { ConfigProblem } from './environment.js';
export type { VariableForm, VariableNote, VariableTraits } from './environment-notes.js';
export { uuidv7 } from './ids.js';
export type { IdSource } from './ids.js';
export { pageOf, pageOfSearch, SEARCHED_ROWS } from './page.js';
export type { KeysetPosition, KeysetRow, Page, SearchedRow } from './page.js';
export { Refusal } from './refusal.js';
export type { FieldError, RefusalKind } from './refusal.js';
export { SERVICE_NAMES, snakeName, variableOf } from './services.js';
export type { ServiceName } from './services.js';
