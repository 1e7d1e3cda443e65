import { type FormatOptions, langsenseStatus } from './langsense.js';
import { status as textStatus } from './migrate-read.js';

/** `fp migrate status`, in the form that was asked for. */
export async function status(options: FormatOptions & { check?: boolean }): Promise<number> {
  return options.format === 'langsense' ? langsenseStatus(options) : textStatus(options);
}
