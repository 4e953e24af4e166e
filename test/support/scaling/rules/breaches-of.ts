import type { PlayedCase } from '../play-case.ts';
import { callRule } from './call-rule.ts';
import { convergedRule } from './converged-rule.ts';
import { countRule } from './count-rule.ts';
import { deletionRule } from './deletion-rule.ts';
import { ecsRule } from './ecs-rule.ts';
import { failoverRule } from './failover-rule.ts';
import { goalRule } from './goal-rule.ts';
import { leaseRule } from './lease-rule.ts';
import { recordRule } from './record-rule.ts';
import { restoredRule } from './restored-rule.ts';
import type { Breach, Rule } from './rule.ts';
import { runRule } from './run-rule.ts';
import { secretRule } from './secret-rule.ts';
import { writerRule } from './writer-rule.ts';

const RULES: readonly Rule[] = [
  writerRule,
  deletionRule,
  countRule,
  ecsRule,
  failoverRule,
  callRule,
  goalRule,
  recordRule,
  convergedRule,
  leaseRule,
  runRule,
  secretRule,
  restoredRule,
];

/** Every rule that was broken, in the order of the instants. */
export function breachesOf(played: PlayedCase): readonly Breach[] {
  return RULES.flatMap((rule) => rule(played)).sort((one, other) => one.at - other.at);
}
