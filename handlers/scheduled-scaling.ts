import { ProviderError } from './errors.ts';

/** The provider of `Custom::ScheduledScaling`. */
export const handler = async (): Promise<never> => {
  throw new ProviderError('InternalFailure', 'Custom::ScheduledScaling is not wired yet');
};
