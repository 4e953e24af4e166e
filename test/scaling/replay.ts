import { parseArgs } from 'node:util';
import { describeCase } from '../support/scaling/cases/describe-case.ts';
import { randomCase } from '../support/scaling/cases/random-case.ts';
import { CONTROLS } from '../support/scaling/controls.ts';
import { describePlay } from '../support/scaling/describe-play.ts';
import { playCase } from '../support/scaling/play-case.ts';
import { breachesOf } from '../support/scaling/rules/breaches-of.ts';
import { describeBreach } from '../support/scaling/rules/rule.ts';
import { startScalingSimulator } from '../support/scaling/simulator.ts';

/*
 * Plays the case of a seed and prints everything: `node test/scaling/replay.ts --seed 4711`.
 * `--to 4799` plays all cases up to that seed, and prints only those that break a rule; `--control writer-first` plays
 * them with that mistake built in.
 */

const { values } = parseArgs({
  options: { seed: { type: 'string' }, to: { type: 'string' }, control: { type: 'string' } },
});
const control = CONTROLS.find(({ name }) => name === values.control);
const from = Number(values.seed);
const to = Number(values.to ?? values.seed);
if (!Number.isInteger(from) || !Number.isInteger(to) || (values.control && !control)) {
  const names = CONTROLS.map(({ name }) => name).join('|');
  console.error(`node test/scaling/replay.ts --seed NUMBER [--to NUMBER] [--control ${names}]`);
  process.exit(2);
}

await using simulator = await startScalingSimulator();
let broken = 0;
for (let seed = from; seed <= to; seed += 1) {
  const scalingCase = randomCase(seed);
  const played = await playCase(simulator, scalingCase, { control });
  simulator.remove(played.world);
  const breaches = breachesOf(played);
  if (from === to) {
    for (const line of [...describeCase(scalingCase), ...describePlay(played)]) console.log(line);
  }
  if (breaches.length > 0) {
    broken += 1;
    console.log(`seed ${seed} breaks ${breaches.length} rules: node test/scaling/replay.ts --seed ${seed}`);
    for (const breach of breaches) console.log(`  ${describeBreach(breach)}`);
  }
}
console.log(`${to - from + 1} cases, ${broken} that break a rule`);
process.exitCode = broken === 0 ? 0 : 1;
