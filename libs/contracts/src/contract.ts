import type { ServiceName } from '@fusion-prime/kernel';
import type { z } from 'zod';

/**
 * One kind of event, for ever: `<service>.<noun>.<past verb>.v<major>`. A field may be added to its data, and
 * readers leave out what they do not know: publisher and reader are never deployed at the same moment. So data
 * is a plain z.object; whatever would break a reader is a new major type.
 */
export interface EventContract<Data = unknown> {
  readonly type: string;
  /** Who alone may publish it. */
  readonly service: ServiceName;
  /** What it is about; its ids are the `subject`, and order is kept for each. */
  readonly aggregate: string;
  readonly description: string;
  readonly data: z.ZodType<Data>;
}

const TYPE = /^([a-z]+(?:-[a-z]+)*)\.([a-z]+(?:-[a-z]+)*)\.[a-z]+(?:-[a-z]+)*\.v[1-9]\d*$/;

/**
 * States a contract; service and aggregate are read from the type.
 *
 * @throws {Error} when the type is not of the form, or not of a service of ours
 */
export function contract<Data>(
  service: ServiceName,
  type: string,
  { description, data }: { description: string; data: z.ZodType<Data> },
): EventContract<Data> {
  const [, publisher, aggregate] = TYPE.exec(type) ?? [];
  if (publisher !== service || aggregate === undefined) {
    throw new Error(`${type} is not <${service}>.<noun>.<past verb>.v<major>`);
  }
  return Object.freeze({ type, service, aggregate, description, data });
}
