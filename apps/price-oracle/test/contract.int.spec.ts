import { contractTests } from '@fusion-prime/testing';
import { priceOracle } from '../src/price-oracle.js';

contractTests(priceOracle, { anIndex: 'feeds_page' });
