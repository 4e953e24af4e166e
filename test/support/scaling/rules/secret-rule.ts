import { CALLER, type PlayedCase } from '../play-case.ts';
import type { Rule } from './rule.ts';

/** Nothing that the requests are signed with is said or stored. */
export const secretRule: Rule = (played) => {
  const texts = [...played.history.said, ...played.history.saves.map(({ after }) => JSON.stringify(after))];
  const secrets = secretsOf(played);
  return texts
    .filter((each) => secrets.some((secret) => each.includes(secret)))
    .map(
      (each) => ({ rule: 'secret', at: played.world.clock.now, how: `a secret is in «${each}»` }) as const,
    );
};

function secretsOf({ world }: PlayedCase): readonly string[] {
  const { credentials, endpoint } = world.configuration(CALLER);
  return [credentials.accessKeyId, credentials.sessionToken, endpoint, 'AWS4-HMAC-SHA256'];
}
