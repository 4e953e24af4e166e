import type { QueryFields } from '../aws-wire/query-parameters.ts';

export interface Tag {
  readonly Key: string;
  readonly Value?: string;
}

interface Filter {
  readonly Name: string;
  readonly Values: readonly string[];
}

interface Page {
  readonly MaxRecords?: number;
  readonly Marker?: string;
}

/** The actions that are there, with what each takes of what the API reference has. */
export interface DocumentDbInputs {
  readonly DescribeDBClusters: Page & {
    readonly DBClusterIdentifier?: string;
    readonly Filters?: readonly Filter[];
  };
  readonly DescribeDBInstances: Page & {
    readonly DBInstanceIdentifier?: string;
    readonly Filters?: readonly Filter[];
  };
  readonly DescribeOrderableDBInstanceOptions: Page & {
    readonly Engine: string;
    readonly EngineVersion?: string;
    readonly DBInstanceClass?: string;
  };
  readonly ListTagsForResource: { readonly ResourceName: string };
  readonly AddTagsToResource: { readonly ResourceName: string; readonly Tags: readonly Tag[] };
  readonly ModifyDBInstance: {
    readonly DBInstanceIdentifier: string;
    readonly DBInstanceClass?: string;
    readonly ApplyImmediately?: boolean;
    readonly PromotionTier?: number;
  };
  readonly CreateDBInstance: {
    readonly DBInstanceIdentifier: string;
    readonly DBInstanceClass: string;
    readonly Engine: string;
    readonly DBClusterIdentifier: string;
    readonly AvailabilityZone?: string;
    readonly PreferredMaintenanceWindow?: string;
    readonly AutoMinorVersionUpgrade?: boolean;
    readonly CACertificateIdentifier?: string;
    readonly EnablePerformanceInsights?: boolean;
    readonly PerformanceInsightsKMSKeyId?: string;
    readonly PromotionTier?: number;
    readonly Tags?: readonly Tag[];
  };
  readonly DeleteDBInstance: { readonly DBInstanceIdentifier: string };
  readonly FailoverDBCluster: {
    readonly DBClusterIdentifier: string;
    readonly TargetDBInstanceIdentifier?: string;
  };
  readonly StartDBCluster: { readonly DBClusterIdentifier: string };
  readonly StopDBCluster: { readonly DBClusterIdentifier: string };
  readonly ModifyDBCluster: {
    readonly DBClusterIdentifier: string;
    readonly ApplyImmediately?: boolean;
    readonly ServerlessV2ScalingConfiguration?: {
      readonly MinCapacity?: number;
      readonly MaxCapacity?: number;
    };
  };
}

export type DocumentDbAction = keyof DocumentDbInputs;

const TEXT = { kind: 'text' } as const;
const REQUIRED_TEXT = { kind: 'text', isRequired: true } as const;
const BOOLEAN = { kind: 'boolean' } as const;
const INTEGER = { kind: 'integer' } as const;
const NUMBER = { kind: 'number' } as const;
const PAGE = { MaxRecords: INTEGER, Marker: TEXT } as const;
const FILTERS = {
  kind: 'list',
  member: 'Filter',
  of: {
    kind: 'structure',
    fields: {
      Name: REQUIRED_TEXT,
      Values: { kind: 'list', member: 'Value', of: TEXT, isRequired: true },
    },
  },
} as const;
const TAGS = {
  kind: 'list',
  member: 'Tag',
  of: { kind: 'structure', fields: { Key: REQUIRED_TEXT, Value: TEXT } },
} as const;

/** @see https://docs.aws.amazon.com/documentdb/latest/developerguide/API_Operations.html */
export const DOCUMENTDB_FIELDS: Readonly<Record<DocumentDbAction, QueryFields>> = {
  DescribeDBClusters: { DBClusterIdentifier: TEXT, Filters: FILTERS, ...PAGE },
  DescribeDBInstances: { DBInstanceIdentifier: TEXT, Filters: FILTERS, ...PAGE },
  DescribeOrderableDBInstanceOptions: {
    Engine: REQUIRED_TEXT,
    EngineVersion: TEXT,
    DBInstanceClass: TEXT,
    ...PAGE,
  },
  ListTagsForResource: { ResourceName: REQUIRED_TEXT },
  AddTagsToResource: { ResourceName: REQUIRED_TEXT, Tags: { ...TAGS, isRequired: true } },
  ModifyDBInstance: {
    DBInstanceIdentifier: REQUIRED_TEXT,
    DBInstanceClass: TEXT,
    ApplyImmediately: BOOLEAN,
    PromotionTier: INTEGER,
  },
  CreateDBInstance: {
    DBInstanceIdentifier: REQUIRED_TEXT,
    DBInstanceClass: REQUIRED_TEXT,
    Engine: REQUIRED_TEXT,
    DBClusterIdentifier: REQUIRED_TEXT,
    AvailabilityZone: TEXT,
    PreferredMaintenanceWindow: TEXT,
    AutoMinorVersionUpgrade: BOOLEAN,
    CACertificateIdentifier: TEXT,
    EnablePerformanceInsights: BOOLEAN,
    PerformanceInsightsKMSKeyId: TEXT,
    PromotionTier: INTEGER,
    Tags: TAGS,
  },
  DeleteDBInstance: { DBInstanceIdentifier: REQUIRED_TEXT },
  FailoverDBCluster: { DBClusterIdentifier: REQUIRED_TEXT, TargetDBInstanceIdentifier: TEXT },
  StartDBCluster: { DBClusterIdentifier: REQUIRED_TEXT },
  StopDBCluster: { DBClusterIdentifier: REQUIRED_TEXT },
  ModifyDBCluster: {
    DBClusterIdentifier: REQUIRED_TEXT,
    ApplyImmediately: BOOLEAN,
    ServerlessV2ScalingConfiguration: {
      kind: 'structure',
      fields: { MinCapacity: NUMBER, MaxCapacity: NUMBER },
    },
  },
};

export function isDocumentDbAction(name: string): name is DocumentDbAction {
  return Object.hasOwn(DOCUMENTDB_FIELDS, name);
}
