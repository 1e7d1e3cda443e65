import { v7 } from 'uuid';

/** Makes ids. Passed in like the clock, so that a test can name the ids it expects. */
export type IdSource = () => string;

/** RFC 9562 UUID version 7: time-ordered, so that primary keys stay local in their index. */
export const uuidv7: IdSource = () => v7();
