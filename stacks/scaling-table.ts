import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { scalingResourceName } from './service-name.ts';

export interface ScalingTableProps {
  readonly qualifier?: string;
}

/** What scheduled scaling remembers: plans, what targets had before, leases, claims, and the history of 90 days. */
export class ScalingTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { qualifier }: ScalingTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      tableName: scalingResourceName('scaling', qualifier),
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      // A few writes for each change, and none for hours.
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // AWS's own key: an item holds names, capacities and times, and a key of the account's could be disabled.
      encryption: TableEncryption.DEFAULT,
      // A table that was in use stays when the service goes, and one of a first deployment that failed does not:
      // docs/decisions/0020. Deletion protection would hold back the second one as well.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}
