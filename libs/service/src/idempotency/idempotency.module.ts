import { Module } from '@nestjs/common';
import { AnswerOnce } from './answer-once.js';
import { ForgetAnswers } from './forget-answers.js';
import { IdempotencyKeyRepository } from './idempotency-key.repository.js';

@Module({ providers: [IdempotencyKeyRepository, AnswerOnce, ForgetAnswers] })
export class IdempotencyModule {}
