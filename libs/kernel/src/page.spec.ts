import { describe, expect, it } from '@jest/globals';
import { pageOf, pageOfSearch, type SearchedRow } from './page.js';

const row = (item: number, { wanted = true, last = false } = {}): SearchedRow<number> => ({
  item,
  position: [String(item), String(item)],
  wanted,
  last,
});
const unwanted = (item: number) => row(item, { wanted: false, last: true });
const at = (item: number) => [String(item), String(item)];

describe('a page', () => {
  it.each([
    ['nothing', [], { items: [], next: null }],
    ['less than it takes', [row(1)], { items: [1], next: null }],
    ['what it takes', [row(1), row(2)], { items: [1, 2], next: null }],
    ['one more than it takes', [row(1), row(2), row(3)], { items: [1, 2], next: at(2) }],
  ])('of %s', (_what, found, page) => {
    expect(pageOf(found, 2)).toEqual(page);
  });
});

describe('a page of a search', () => {
  it.each([
    ['ends where the list does', [row(1)], { items: [1], next: null }],
    ['is empty, and goes on behind the last', [unwanted(9)], { items: [], next: at(9) }],
    ['is short, and goes on behind the last', [row(1), unwanted(9)], { items: [1], next: at(9) }],
    [
      'is full, and goes on behind the last',
      [row(1), row(2), unwanted(9)],
      { items: [1, 2], next: at(9) },
    ],
    [
      'goes on behind the last, which is wanted',
      [row(1, { last: true })],
      { items: [1], next: at(1) },
    ],
    [
      'goes on behind itself when more is found',
      [row(1), row(2), row(3, { last: true })],
      { items: [1, 2], next: at(2) },
    ],
  ])('%s', (_what, rows, page) => {
    expect(pageOfSearch(rows, 2)).toEqual(page);
  });
});
