import { contractTests } from '@fusion-prime/testing';
import { compliance } from '../src/compliance.js';

contractTests(compliance, { anIndex: 'subjects_page' });
