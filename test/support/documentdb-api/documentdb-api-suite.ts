import { DOCUMENTDB_CLUSTERS } from './documentdb-clusters-suite.ts';
import { DOCUMENTDB_INSTANCES } from './documentdb-instances-suite.ts';
import { DOCUMENTDB_READS } from './documentdb-reads-suite.ts';

/** What DocumentDB's API reference says of the actions that this project calls. */
export const DOCUMENTDB_TESTS = { ...DOCUMENTDB_READS, ...DOCUMENTDB_INSTANCES, ...DOCUMENTDB_CLUSTERS };

export type DocumentDbTest = keyof typeof DOCUMENTDB_TESTS;
