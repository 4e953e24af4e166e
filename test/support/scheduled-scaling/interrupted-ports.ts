import type { ScheduledScalingPorts } from '../../../handlers/resources/scheduled-scaling-ports.ts';

/** A call of a port: `schedules.putSchedule`. */
export type PortCall = string;

/** Comes before each call of a port and after it; what it throws is thrown by the call. */
export type Interruption = (call: PortCall, when: 'before' | 'after') => Promise<void> | void;

/** The same ports, with something in between. */
export function interruptedPorts(
  ports: ScheduledScalingPorts,
  interrupt: Interruption,
): ScheduledScalingPorts {
  return {
    ...ports,
    plans: interrupted('plans', ports.plans, interrupt),
    schedules: interrupted('schedules', ports.schedules, interrupt),
    runs: interrupted('runs', ports.runs, interrupt),
    targets: interrupted('targets', ports.targets, interrupt),
  };
}

function interrupted<Port extends object>(name: string, port: Port, interrupt: Interruption): Port {
  return new Proxy(port, {
    get: (target, property) => {
      const method = Reflect.get(target, property) as unknown;
      if (typeof method !== 'function') return method;
      return async (...given: unknown[]): Promise<unknown> => {
        const call = `${name}.${String(property)}`;
        await interrupt(call, 'before');
        const result = (await method.apply(target, given)) as unknown;
        await interrupt(call, 'after');
        return result;
      };
    },
  });
}
