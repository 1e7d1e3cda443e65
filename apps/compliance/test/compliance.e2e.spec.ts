import { describe, expect, it } from '@jest/globals';
import { serviceUnderTest } from '@fusion-prime/testing';
import { compliance } from '../src/compliance.js';

const service = serviceUnderTest(compliance, { subject: 'officer-1' });

let count = 0;
async function aSubject(): Promise<string> {
  count += 1;
  const { status, body } = await service.api('POST', '/subjects', {
    external_ref: `client-${count}`,
    kind: 'PERSON',
    names: ['Ada Lovelace'],
    born_from: '1815-12-10',
    born_to: '1815-12-10',
    countries: ['GB'],
  });
  expect(status).toBe(201);
  return String(body['subject_id']);
}

async function aCheck(subjectId: string, kind = 'KYC'): Promise<string> {
  const { status, body } = await service.api('POST', `/subjects/${subjectId}/checks`, { kind });
  expect(status).toBe(201);
  return String(body['check_id']);
}

describe('a subject', () => {
  it('reads back as it was registered, its birthday unmoved', async () => {
    const { body } = await service.api('GET', `/subjects/${await aSubject()}`);
    expect(body).toMatchObject({
      kind: 'PERSON',
      names: ['Ada Lovelace'],
      born_from: '1815-12-10',
      kyc_state: 'NOT_STARTED',
    });
  });

  it('is registered once for each external_ref', async () => {
    const profile = { external_ref: 'twice', kind: 'PERSON', names: ['A'] };
    expect((await service.api('POST', '/subjects', profile)).status).toBe(201);
    const again = await service.api('POST', '/subjects', profile);
    expect(again).toMatchObject({ status: 409, body: { code: 'subject-exists' } });
  });

  it('is 404 when nobody registered it', async () => {
    const path = '/subjects/00000000-0000-7000-8000-000000000000';
    expect(await service.api('GET', path)).toMatchObject({
      status: 404,
      body: { code: 'subject-not-found' },
    });
    expect((await service.api('GET', `${path}/checks`)).body).toMatchObject({
      code: 'subject-not-found',
    });
  });

  it.each([
    ['no name', { names: [] }, '/names', 'too-small'],
    [
      'a birth range that runs backwards',
      { born_from: '2000-01-02', born_to: '2000-01-01' },
      '/born_to',
      'birth-range-reversed',
    ],
    ['a day that does not exist', { born_from: '2001-02-29' }, '/born_from', 'invalid-format'],
    ['a country by name', { countries: ['Norway'] }, '/countries/0', 'invalid-format'],
  ])('is refused with %s', async (_what, overrides, pointer, code) => {
    const profile = { external_ref: 'bad', kind: 'PERSON', names: ['A'], ...overrides };
    const { status, body } = await service.api('POST', '/subjects', profile);
    expect(status).toBe(422);
    expect(body['errors']).toMatchObject([{ pointer, code }]);
  });
});

describe('a check', () => {
  it('keeps every step that it took, and the subject follows', async () => {
    const subjectId = await aSubject();
    const checkId = await aCheck(subjectId);
    const move = (body: object) => service.api('POST', `/checks/${checkId}/transition`, body);
    expect((await move({ to_state: 'IN_REVIEW' })).body).toMatchObject({ decided_at: null });
    const approved = {
      to_state: 'APPROVED',
      reason: 'passport seen',
      valid_until: '2099-01-01T00:00:00Z',
    };
    expect((await move(approved)).status).toBe(200);

    const { body } = await service.api('GET', `/subjects/${subjectId}/checks`);
    expect(body['data']).toMatchObject([
      {
        state: 'APPROVED',
        transitions: [
          { seq: 1, from_state: null, to_state: 'PENDING', actor: 'officer-1' },
          { seq: 2, from_state: 'PENDING', to_state: 'IN_REVIEW' },
          { seq: 3, from_state: 'IN_REVIEW', to_state: 'APPROVED', reason: 'passport seen' },
        ],
      },
    ]);
    expect((await service.api('GET', `/subjects/${subjectId}`)).body).toMatchObject({
      kyc_state: 'APPROVED',
      valid_until: '2099-01-01T00:00:00.000Z',
    });
  });

  it('is not moved on from its answer', async () => {
    const checkId = await aCheck(await aSubject());
    const reject = { to_state: 'REJECTED', reject_type: 'FINAL' };
    expect((await service.api('POST', `/checks/${checkId}/transition`, reject)).status).toBe(200);
    const again = await service.api('POST', `/checks/${checkId}/transition`, {
      to_state: 'APPROVED',
    });
    expect(again).toMatchObject({ status: 409, body: { code: 'check-transition-refused' } });
  });

  it('reads as expired once its approval has run out, and says so of the subject', async () => {
    const subjectId = await aSubject();
    const checkId = await aCheck(subjectId);
    const approved = { to_state: 'APPROVED', valid_until: '2020-01-01T00:00:00Z' };
    await service.api('POST', `/checks/${checkId}/transition`, approved);
    expect((await service.api('GET', `/subjects/${subjectId}`)).body['kyc_state']).toBe('EXPIRED');
  });

  it('that is old does not speak for the subject when a newer one runs', async () => {
    const subjectId = await aSubject();
    const old = await aCheck(subjectId);
    await aCheck(subjectId);
    await service.api('POST', `/checks/${old}/transition`, { to_state: 'BLOCKED' });
    expect((await service.api('GET', `/subjects/${subjectId}`)).body['kyc_state']).toBe('PENDING');
  });

  it('of sanctions says nothing about who the subject is', async () => {
    const subjectId = await aSubject();
    await aCheck(subjectId, 'SANCTIONS');
    expect((await service.api('GET', `/subjects/${subjectId}`)).body['kyc_state']).toBe(
      'NOT_STARTED',
    );
  });

  it('takes one answer of two that come at once', async () => {
    const checkId = await aCheck(await aSubject());
    const answers = await Promise.all([
      service.api('POST', `/checks/${checkId}/transition`, { to_state: 'APPROVED' }),
      service.api('POST', `/checks/${checkId}/transition`, {
        to_state: 'REJECTED',
        reject_type: 'RETRY',
      }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('belongs to one reference of its provider', async () => {
    const subjectId = await aSubject();
    const wish = { kind: 'KYC', provider: 'sumsub', provider_ref: 'run-1' };
    expect((await service.api('POST', `/subjects/${subjectId}/checks`, wish)).status).toBe(201);
    const again = await service.api('POST', `/subjects/${subjectId}/checks`, wish);
    expect(again).toMatchObject({ status: 409, body: { code: 'provider-ref-taken' } });
  });

  it('is 404 when nobody started it', async () => {
    const path = '/checks/00000000-0000-7000-8000-000000000000/transition';
    const answer = await service.api('POST', path, { to_state: 'APPROVED' });
    expect(answer).toMatchObject({ status: 404, body: { code: 'check-not-found' } });
  });

  it.each([
    ['a rejection without its type', { to_state: 'REJECTED' }, 'reject-type-misplaced'],
    [
      'a reject type on an approval',
      { to_state: 'APPROVED', reject_type: 'FINAL' },
      'reject-type-misplaced',
    ],
    [
      'an end on what is no approval',
      { to_state: 'IN_REVIEW', valid_until: '2099-01-01T00:00:00Z' },
      'valid-until-misplaced',
    ],
  ])('refuses %s', async (_what, wish, code) => {
    const checkId = await aCheck(await aSubject());
    const answer = await service.api('POST', `/checks/${checkId}/transition`, wish);
    expect(answer).toMatchObject({ status: 422, body: { code } });
  });

  it('refuses a provider without its reference', async () => {
    const path = `/subjects/${await aSubject()}/checks`;
    const answer = await service.api('POST', path, { kind: 'KYC', provider: 'sumsub' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'provider-ref-incomplete' } });
  });
});

describe('the history of checks', () => {
  it('cannot be changed or removed, not even by who owns the table', async () => {
    await aCheck(await aSubject());
    await expect(
      service.database.query(`UPDATE check_transitions SET actor = 'x'`),
    ).rejects.toThrow('append-only');
    await expect(service.database.query('DELETE FROM check_transitions')).rejects.toThrow(
      'append-only',
    );
    await expect(service.database.query('TRUNCATE check_transitions')).rejects.toThrow(
      'append-only',
    );
  });
});
