import { z } from 'zod';
import {
  KYC_STATES,
  RISK_LEVELS,
  SUBJECT_KINDS,
  type Subject,
  type SubjectProfile,
} from './subject.js';

export const subjectIdField = z.uuid();

export const registerBody = z
  .strictObject({
    external_ref: z.string().min(1).max(128),
    kind: z.enum(SUBJECT_KINDS),
    names: z.array(z.string().trim().min(1).max(512)).min(1).max(50),
    born_from: z.iso.date().nullish(),
    born_to: z.iso.date().nullish(),
    countries: z
      .array(z.string().regex(/^[A-Z]{2}$/, 'ISO 3166-1 alpha-2 in capitals'))
      .max(50)
      .default([]),
    risk_level: z.enum(RISK_LEVELS).default('STANDARD'),
  })
  .refine(
    ({ born_from, born_to }) => born_from == null || born_to == null || born_from <= born_to,
    { path: ['born_to'], message: 'birth-range-reversed: born_to is not before born_from' },
  )
  .meta({ id: 'RegisterSubject' });

export const subjectBody = z
  .strictObject({
    subject_id: z.uuid(),
    external_ref: z.string(),
    kind: z.enum(SUBJECT_KINDS),
    names: z.array(z.string()),
    born_from: z.string().nullable(),
    born_to: z.string().nullable(),
    countries: z.array(z.string()),
    risk_level: z.enum(RISK_LEVELS),
    kyc_state: z.enum(KYC_STATES),
    valid_until: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Subject' });

export function toProfile(body: z.infer<typeof registerBody>): SubjectProfile {
  return {
    externalRef: body.external_ref,
    kind: body.kind,
    names: body.names,
    bornFrom: body.born_from ?? null,
    bornTo: body.born_to ?? null,
    countries: body.countries,
    riskLevel: body.risk_level,
  };
}

export function toBody(subject: Subject): z.infer<typeof subjectBody> {
  return {
    subject_id: subject.subjectId,
    external_ref: subject.externalRef,
    kind: subject.kind,
    names: [...subject.names],
    born_from: subject.bornFrom,
    born_to: subject.bornTo,
    countries: [...subject.countries],
    risk_level: subject.riskLevel,
    kyc_state: subject.kycState,
    valid_until: subject.validUntil?.toISOString() ?? null,
    created_at: subject.createdAt.toISOString(),
  };
}
