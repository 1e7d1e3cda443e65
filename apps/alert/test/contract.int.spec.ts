import { contractTests } from '@fusion-prime/testing';
import { alert } from '../src/alert.js';

contractTests(alert, { anIndex: 'alerts_page' });
