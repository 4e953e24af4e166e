import { SSMClient } from '@aws-sdk/client-ssm';
import { SsmReleaseParameter } from '../../cli/release-parameter-store.ts';
import { SYSTEM_TIMING } from '../../cli/timing.ts';
import { startSsmApi } from '../support/ssm/ssm-api.ts';
import { testReleaseParameter } from './release-parameter-suite.ts';

testReleaseParameter('a parameter in the stand-in for SSM', async (context) => {
  const api = await startSsmApi();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SSMClient({ endpoint: api.origin, region: 'us-east-1', credentials });
  context.after(async () => {
    client.destroy();
    await api.close();
  });
  return new SsmReleaseParameter(client, {
    name: '/app/tag',
    tags: new Map([['a', 'b']]),
    timing: SYSTEM_TIMING,
  });
});
