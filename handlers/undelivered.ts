import middy from '@middy/core';
import { createRespond } from './cloudformation/respond.ts';
import { answerUndelivered } from './cloudformation/undelivered.ts';
import { readEnvironment } from './environment.ts';
import { Outbound } from './network/outbound.ts';
import { outboundRulesOf } from './network/outbound-rules.ts';
import { countAnswered, instrumentation, logger } from './telemetry.ts';

const environment = readEnvironment();
const respond = createRespond(new Outbound(outboundRulesOf(environment)), environment);

/** The on-failure destination of every provider. */
export const handler = middy<unknown>()
  .use(instrumentation())
  .handler(answerUndelivered({ environment, respond, log: logger, onAnswered: countAnswered }));
