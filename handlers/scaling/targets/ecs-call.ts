import {
  type ApplicationAutoScalingClient,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { type ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { EcsChange } from '../decision/change.ts';
import type { EcsTarget } from '../plan/plan.ts';
import { DESIRED_COUNT, describeService, scalableResourceId } from './ecs-reads.ts';
import { AUTO_SCALING_REFUSALS, ECS_REFUSALS } from './ecs-refusals.ts';
import type { ChangeCall } from './refusal.ts';

export interface EcsClients {
  readonly ecs: ECSClient;
  readonly autoScaling: ApplicationAutoScalingClient;
}

/** The one call that makes a change, and its words. */
export interface EcsCall extends ChangeCall {
  send(clients: EcsClients, signal: AbortSignal): Promise<unknown>;
}

export function ecsCall(target: EcsTarget, change: EcsChange): EcsCall {
  const { cluster, service } = target;
  const tagged = describeService(target);
  switch (change.kind) {
    case 'set-desired-count': {
      const { desiredCount } = change;
      // Nothing else: any other parameter could start a deployment.
      const command = new UpdateServiceCommand({ cluster, service, desiredCount });
      return {
        service: 'ECS',
        operation: `set the desired count of ${tagged} to ${desiredCount}`,
        action: 'ecs:UpdateService',
        tagged,
        table: ECS_REFUSALS,
        send: ({ ecs }, abortSignal) => ecs.send(command, { abortSignal }),
      };
    }
    case 'set-bounds': {
      const { minCapacity, maxCapacity } = change;
      const command = new RegisterScalableTargetCommand({
        ...DESIRED_COUNT,
        ResourceId: scalableResourceId(target),
        MinCapacity: minCapacity,
        MaxCapacity: maxCapacity,
      });
      return {
        service: 'Application Auto Scaling',
        operation: `set the bounds of ${tagged} to ${minCapacity} and ${maxCapacity}`,
        action: 'application-autoscaling:RegisterScalableTarget',
        tagged,
        table: AUTO_SCALING_REFUSALS,
        send: ({ autoScaling }, abortSignal) => autoScaling.send(command, { abortSignal }),
      };
    }
  }
}
