import { contractTests } from '@fusion-prime/testing';
import { settlement } from '../src/settlement.js';

contractTests(settlement, { anIndex: 'settlement_commands_page' });
